// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/graph_names.h"

#include <algorithm>
#include <string>

namespace mfa {
namespace {

constexpr GraphName<Control> kControls[] = {
    {Control::mfa, "mfa"},
    {Control::authentication_strength, "authenticationStrength"},
    {Control::compliant_device, "compliantDevice"},
    {Control::domain_joined_device, "domainJoinedDevice"},
    {Control::approved_application, "approvedApplication"},
    {Control::compliant_application, "compliantApplication"},
    {Control::risk_remediation, "riskRemediation"},
    {Control::password_change, "passwordChange"},
    {Control::terms_of_use, "termsOfUse"},
    {Control::custom_authentication_factor, "customAuthenticationFactors"},
};

constexpr GraphName<ClientAppType> kClientAppTypes[] = {
    {ClientAppType::browser, "browser"},
    {ClientAppType::mobile_apps_and_desktop_clients,
     "mobileAppsAndDesktopClients"},
    {ClientAppType::exchange_active_sync, "exchangeActiveSync"},
    {ClientAppType::eas_supported, "easSupported"},
    {ClientAppType::other, "other"},
};

constexpr GraphName<DevicePlatform> kDevicePlatforms[] = {
    {DevicePlatform::android, "android"},
    {DevicePlatform::ios, "iOS"},
    {DevicePlatform::windows, "windows"},
    {DevicePlatform::windows_phone, "windowsPhone"},
    {DevicePlatform::macos, "macOS"},
    {DevicePlatform::linux_os, "linux"},
};

constexpr GraphName<RiskLevel> kRiskLevels[] = {
    {RiskLevel::none, "none"},     {RiskLevel::low, "low"},
    {RiskLevel::medium, "medium"}, {RiskLevel::high, "high"},
    {RiskLevel::hidden, "hidden"},
};

constexpr GraphName<RiskState> kRiskStates[] = {
    {RiskState::none, "none"},
    {RiskState::confirmed_safe, "confirmedSafe"},
    {RiskState::remediated, "remediated"},
    {RiskState::dismissed, "dismissed"},
    {RiskState::at_risk, "atRisk"},
    {RiskState::confirmed_compromised, "confirmedCompromised"},
};

constexpr GraphName<AuthenticationFlow> kAuthenticationFlows[] = {
    {AuthenticationFlow::device_code_flow, "deviceCodeFlow"},
    {AuthenticationFlow::authentication_transfer, "authenticationTransfer"},
};

constexpr GraphName<UserAction> kUserActions[] = {
    {UserAction::register_security_information, "registerSecurityInformation"},
    {UserAction::register_or_join_devices, "registerOrJoinDevices"},
};

constexpr GraphName<MethodMode> kMethodModes[] = {
    {MethodMode::password, "password"},
    {MethodMode::voice, "voice"},
    {MethodMode::hardware_oath, "hardwareOath"},
    {MethodMode::software_oath, "softwareOath"},
    {MethodMode::sms, "sms"},
    {MethodMode::fido2, "fido2"},
    {MethodMode::windows_hello_for_business, "windowsHelloForBusiness"},
    {MethodMode::microsoft_authenticator_push, "microsoftAuthenticatorPush"},
    {MethodMode::device_based_push, "deviceBasedPush"},
    {MethodMode::temporary_access_pass_one_time, "temporaryAccessPassOneTime"},
    {MethodMode::temporary_access_pass_multi_use,
     "temporaryAccessPassMultiUse"},
    {MethodMode::email, "email"},
    {MethodMode::x509_certificate_single_factor, "x509CertificateSingleFactor"},
    {MethodMode::x509_certificate_multi_factor, "x509CertificateMultiFactor"},
    {MethodMode::federated_single_factor, "federatedSingleFactor"},
    {MethodMode::federated_multi_factor, "federatedMultiFactor"},
    {MethodMode::qr_code_pin, "qrCodePin"},
};

constexpr GraphName<Verdict> kVerdicts[] = {
    {Verdict::grant, "grant"},
    {Verdict::challenge, "challenge"},
    {Verdict::deny, "deny"},
    {Verdict::block, "block"},
};

constexpr GraphName<AnalysisReason> kAnalysisReasons[] = {
    {AnalysisReason::not_set, "notSet"},
    {AnalysisReason::not_enough_information, "notEnoughInformation"},
    {AnalysisReason::policy_not_enabled, "policyNotEnabled"},
    {AnalysisReason::users, "users"},
    {AnalysisReason::application, "application"},
    {AnalysisReason::user_actions, "userActions"},
    {AnalysisReason::device_platform, "devicePlatform"},
    {AnalysisReason::devices, "devices"},
    {AnalysisReason::client_apps, "clientApps"},
    {AnalysisReason::location, "location"},
    {AnalysisReason::sign_in_risk, "signInRisk"},
    {AnalysisReason::user_risk, "userRisk"},
    {AnalysisReason::authentication_flow, "authenticationFlow"},
};

constexpr GraphName<PolicyOutcome> kOutcomes[] = {
    {PolicyOutcome::satisfied, "satisfied"},
    {PolicyOutcome::interaction_required, "interactionRequired"},
    {PolicyOutcome::failed, "failed"},
    {PolicyOutcome::blocked, "blocked"},
    {PolicyOutcome::not_applied, "notApplied"},
    {PolicyOutcome::not_enabled, "notEnabled"},
};

constexpr GraphName<PolicyResult> kResults[] = {
    {PolicyResult::success, "success"},
    {PolicyResult::failure, "failure"},
    {PolicyResult::not_applied, "notApplied"},
    {PolicyResult::not_enabled, "notEnabled"},
    {PolicyResult::report_only_success, "reportOnlySuccess"},
    {PolicyResult::report_only_failure, "reportOnlyFailure"},
    {PolicyResult::report_only_not_applied, "reportOnlyNotApplied"},
    {PolicyResult::report_only_interrupted, "reportOnlyInterrupted"},
};

constexpr GraphName<FrequencyUnit> kFrequencyUnits[] = {
    {FrequencyUnit::hours, "hours"},
    {FrequencyUnit::days, "days"},
};

constexpr GraphName<PersistentBrowser> kPersistentBrowser[] = {
    {PersistentBrowser::always, "always"},
    {PersistentBrowser::never, "never"},
};

}  // namespace

template <>
std::span<const GraphName<Control>> graph_names() {
  return kControls;
}
template <>
std::span<const GraphName<ClientAppType>> graph_names() {
  return kClientAppTypes;
}
template <>
std::span<const GraphName<DevicePlatform>> graph_names() {
  return kDevicePlatforms;
}
template <>
std::span<const GraphName<RiskLevel>> graph_names() {
  return kRiskLevels;
}
template <>
std::span<const GraphName<RiskState>> graph_names() {
  return kRiskStates;
}
template <>
std::span<const GraphName<AuthenticationFlow>> graph_names() {
  return kAuthenticationFlows;
}
template <>
std::span<const GraphName<UserAction>> graph_names() {
  return kUserActions;
}
template <>
std::span<const GraphName<MethodMode>> graph_names() {
  return kMethodModes;
}
template <>
std::span<const GraphName<Verdict>> graph_names() {
  return kVerdicts;
}
template <>
std::span<const GraphName<AnalysisReason>> graph_names() {
  return kAnalysisReasons;
}
template <>
std::span<const GraphName<PolicyOutcome>> graph_names() {
  return kOutcomes;
}
template <>
std::span<const GraphName<PolicyResult>> graph_names() {
  return kResults;
}
template <>
std::span<const GraphName<FrequencyUnit>> graph_names() {
  return kFrequencyUnits;
}
template <>
std::span<const GraphName<PersistentBrowser>> graph_names() {
  return kPersistentBrowser;
}

std::optional<MethodCombination> parse_combination(std::string_view text) {
  MethodCombination combination;
  while (true) {
    const auto comma = text.find(',');
    std::string_view word = text.substr(0, comma);
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    const auto mode = from_graph_name<MethodMode>(word);
    if (!mode) return std::nullopt;
    combination.insert(*mode);
    if (comma == text.npos) return combination;
    text.remove_prefix(comma + 1);
  }
}

std::string to_string(const MethodCombination& combination) {
  std::string text;
  combination.for_each([&](MethodMode mode) {
    if (!text.empty()) text += ',';
    text += graph_name(mode);
  });
  return text;
}

}  // namespace mfa
