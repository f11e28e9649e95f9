// SPDX-License-Identifier: BSD-3-Clause
//
// Headings of reports, and the lines of --help.
#include "mfactl/translated.h"
#include "mfactl/words.h"

namespace mfa::mfactl::words {
namespace {

constexpr const char* kHeadings[] = {
    gettext_noop("TIME"),
    gettext_noop("USER"),
    gettext_noop("SERVICE"),
    gettext_noop("FROM"),
    gettext_noop("RESULT"),
    gettext_noop("REASON"),
    gettext_noop("ID"),
    gettext_noop("LABEL"),
    gettext_noop("STATE"),
    gettext_noop("CODES"),
    gettext_noop("CREATED"),
    gettext_noop("LAST USED"),
    gettext_noop("FAILURES"),
    gettext_noop("Agent"),
    gettext_noop("Configuration"),
    gettext_noop("Last reload"),
    gettext_noop("Policy"),
    gettext_noop("People"),
    gettext_noop("Methods"),
    gettext_noop("Sign-in log"),
    gettext_noop("Connections"),
    gettext_noop("User"),
    gettext_noop("Uid"),
    gettext_noop("Roles"),
    gettext_noop("Registration"),
    gettext_noop("Failures"),
    gettext_noop("Known sources"),
    gettext_noop("Sign-in"),
    gettext_noop("When"),
    gettext_noop("Who"),
    gettext_noop("From"),
    gettext_noop("Service"),
    gettext_noop("First factor"),
    gettext_noop("Policies"),
    gettext_noop("Asked"),
    gettext_noop("Result"),
    gettext_noop("Why"),
    gettext_noop("Detail"),
    gettext_noop("What to do"),
    gettext_noop("Person now"),
    gettext_noop("Groups"),
    gettext_noop("Risk"),
    gettext_noop("Per-user MFA"),
    gettext_noop("Remembered"),
    gettext_noop("Terms of use"),
    gettext_noop("Device"),
    gettext_noop("Locations"),
    gettext_noop("Client"),
    gettext_noop("Identity"),
    gettext_noop("Decision"),
    gettext_noop("Outcome"),
    gettext_noop("Because of"),
    gettext_noop("Session"),
    gettext_noop("Directory"),
    gettext_noop("Rules"),
    gettext_noop("POLICY"),
    gettext_noop("APPLIES"),
    gettext_noop("FIRST MISMATCH"),
    gettext_noop("OUTCOME"),
    gettext_noop("CONTROLS"),
    gettext_noop("NOW"),
    gettext_noop("REFUSED"),
    gettext_noop("ASKED"),
    gettext_noop("LET IN"),
    gettext_noop("NOT CONCERNED"),
    gettext_noop("DETAIL"),
    gettext_noop("DEVICE"),
    gettext_noop("RISK"),
    gettext_noop("COUNTRY"),
};

struct Help {
  const char* key;
  const char* text;
};

constexpr Help kHelp[] = {
    {"mfactl",
     gettext_noop("Administers mfa-agent: methods, people, sign-ins.")},
    {"--config", gettext_noop("the agent's configuration file")},
    {"--json", gettext_noop("print JSON instead of text")},
    {"--help", gettext_noop("show this help")},
    {"--version", gettext_noop("show the version")},
    {"status", gettext_noop("show what the agent does and counts")},
    {"method", gettext_noop("authentication methods of a person")},
    {"method add", gettext_noop("register a method; shows its secret once")},
    {"method list", gettext_noop("list a person's methods")},
    {"method remove", gettext_noop("remove a method")},
    {"user", gettext_noop("what the agent knows of a person")},
    {"user show", gettext_noop("show registration, methods, pauses and roles")},
    {"user unlock", gettext_noop("end pauses and clear failures")},
    {"user reset-grace", gettext_noop("give the days to register once more")},
    {"sign-ins", gettext_noop("list the newest sign-ins, oldest first")},
    {"explain", gettext_noop("tell the whole story of one sign-in")},
    {"config", gettext_noop("the configuration")},
    {"config check", gettext_noop("check the file without asking the agent")},
    {"reload", gettext_noop("have the agent read its configuration again")},
    {"user require-mfa",
     gettext_noop("require a second factor of this one account")},
    {"user forget",
     gettext_noop("forget remembered sign-ins; the next one asks")},
    {"STATE", gettext_noop("whether it is required: on or off")},
    {"policy", gettext_noop("Conditional Access policies")},
    {"policy what-if",
     gettext_noop("what the policies would say of a sign-in")},
    {"policy impact",
     gettext_noop("what report-only policies would have done")},
    {"policy evaluate",
     gettext_noop("decide sign-ins that standard input describes")},
    {"policy test",
     gettext_noop("compare decisions with those that files expect")},
    {"policy lint", gettext_noop("find what loads and is probably not meant")},
    {"USER", gettext_noop("name of the account")},
    {"KIND", gettext_noop("kind of method")},
    {"method ID",
     gettext_noop("id of the method, its beginning, or the label")},
    {"sign-in ID",
     gettext_noop("correlation id, or at least its first 8 characters")},
    {"--label", gettext_noop("what the person calls it, for example Phone")},
    {"--qr", gettext_noop("how to draw the QR code")},
    {"--digits", gettext_noop("length of a code")},
    {"--algorithm", gettext_noop("hash; some apps know SHA1 only")},
    {"--period", gettext_noop("seconds for which a code is shown")},
    {"--no-confirm", gettext_noop("register without asking for a first code")},
    {"--user", gettext_noop("of this person only")},
    {"--since", gettext_noop("not older than this: 1h, 2d, 2026-11-21T10:00")},
    {"what-if --user", gettext_noop("who signs in")},
    {"--service", gettext_noop("to which PAM service, for example sshd")},
    {"--rhost", gettext_noop("from which IP address")},
    {"--tty", gettext_noop("on which terminal, for example tty1")},
    {"--device",
     gettext_noop("with which device of directory_file (deviceId)")},
    {"--platform",
     gettext_noop("with which devicePlatform, for example linux")},
    {"--sign-in-risk",
     gettext_noop("with this signInRiskLevel, for example high")},
    {"--user-risk", gettext_noop("with this userRiskLevel, for example high")},
    {"--country", gettext_noop("from this country, two letters")},
    {"--client-app",
     gettext_noop("with this clientAppType; other is a legacy client")},
    {"--registering", gettext_noop("registering a method, not signing in")},
    {"--account-only",
     gettext_noop("nobody can be asked: sshd with a public key alone")},
    {"--first-factor",
     gettext_noop("proved before: password, public_key or security_key")},
    {"--limit", gettext_noop("at most so many")},
    {"--follow", gettext_noop("go on and show new ones as they come")},
    {"--policies",
     gettext_noop("a file of policies, or a folder of such files")},
    {"--named-locations", gettext_noop("a file of named locations")},
    {"--security-defaults",
     gettext_noop("whether they are on, beside the policies")},
    {"FILE", gettext_noop("policies, sign-ins and what is expected of them")},
};

}  // namespace

std::string heading(std::string_view key) {
  for (const char* known : kHeadings) {
    if (key == known) return translated(known);
  }
  return std::string(key);
}

std::string help(std::string_view key) {
  for (const Help& help : kHelp) {
    if (key == help.key) return translated(help.text);
  }
  return std::string(key);
}

}  // namespace mfa::mfactl::words
