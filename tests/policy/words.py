# SPDX-License-Identifier: BSD-3-Clause
"""The few words that generated policies and sign-ins are made of: few, so
that they meet often, and odd enough that comparing them carelessly shows."""

USER_IDS = ["u-1", "u-2", "u-3", "U-1"]
PRINCIPAL_NAMES = ["alice", "Alice", "bob@example.org", "BOB@example.org",
                   "svc", "ZoË", "zoë"]
GROUPS = ["admins", "staff", "Staff", "emergency"]
ROLES = ["62e90394-69f5-4237-9190-012177145e10",
         "62E90394-69F5-4237-9190-012177145E10", "Global Administrator",
         "gLOBAL administrator", "194ae4cb-b126-40b2-bd5b-6091b380977d",
         "SECURITY ADMINISTRATOR", "Directory Synchronization Accounts",
         "d29b2b05-8046-44ba-8758-1e26182fcf32",
         "0526716b-113d-4c15-b2c8-68e3c22b9f80",
         "identity governance administrator", "Print Operator",
         "print operator", "PrÜfer", "prüfer"]
APPLICATIONS = ["sshd", "login", "sudo", "vsftpd", "SSHD"]
USER_ACTION_URNS = ["urn:user:registersecurityinfo",
                    "urn:user:registerdevice"]
ACCOUNT_RECOVERY = "urn:user:accountrecovery"  # which no sign-in is
USER_ACTIONS = ["registerSecurityInformation", "registerOrJoinDevices"]
CLIENTS = ["browser", "mobileAppsAndDesktopClients", "exchangeActiveSync",
           "other"]
PLATFORMS = ["linux", "windows", "macOS", "android", "iOS", "windowsPhone"]
# What Graph may write in a policy and no sign-in has.
CLIENTS_OF_POLICIES = CLIENTS + ["easSupported"]
RISKS = ["none", "low", "medium", "high"]
RISKS_OF_POLICIES = RISKS + ["hidden"]
FLOWS = ["deviceCodeFlow", "authenticationTransfer"]
COUNTRIES = ["DE", "de", "SE", "FR", "US"]

OFFICE = {
    "@odata.type": "#microsoft.graph.ipNamedLocation", "displayName": "Office",
    "id": "a0000000-0000-4000-8000-00000000000a", "isTrusted": True,
    "ipRanges": [
        {"@odata.type": "#microsoft.graph.iPv4CidrRange",
         "cidrAddress": "203.0.113.0/25"},
        {"@odata.type": "#microsoft.graph.iPv6CidrRange",
         "cidrAddress": "2001:db8:1::/48"}]}
NAMED_LOCATIONS = [
    OFFICE,
    {"@odata.type": "#microsoft.graph.ipNamedLocation",
     "displayName": "BÜRO", "isTrusted": False,
     "ipRanges": [
         {"@odata.type": "#microsoft.graph.iPv4CidrRange",
          "cidrAddress": "203.0.113.0/24"},
         {"@odata.type": "#microsoft.graph.iPv4CidrRange",
          "cidrAddress": "198.51.100.7/32"}]},
    {"@odata.type": "#microsoft.graph.ipNamedLocation", "displayName": "VPN",
     "id": "b0000000-0000-4000-8000-00000000000b", "isTrusted": True,
     "ipRanges": [
         {"@odata.type": "#microsoft.graph.iPv4CidrRange",
          "cidrAddress": "198.51.100.0/24"}]},
    # All of IPv4 lies under ::/32 once it is mapped; it must not count.
    {"@odata.type": "#microsoft.graph.ipNamedLocation",
     "displayName": "Old IPv6", "isTrusted": False,
     "ipRanges": [
         {"@odata.type": "#microsoft.graph.iPv6CidrRange",
          "cidrAddress": "::/32"},
         {"@odata.type": "#microsoft.graph.iPv6CidrRange",
          "cidrAddress": "2001:db8::/32"}]},
    {"@odata.type": "#microsoft.graph.countryNamedLocation",
     "displayName": "Here", "id": "c0000000-0000-4000-8000-00000000000c",
     "countriesAndRegions": ["DE", "SE"],
     "includeUnknownCountriesAndRegions": False},
    {"@odata.type": "#microsoft.graph.countryNamedLocation",
     "displayName": "Elsewhere", "countriesAndRegions": ["us"],
     "countryLookupMethod": "clientIpAddress",
     "includeUnknownCountriesAndRegions": True},
]
LOCATION_NAMES = [
    "Office", "OFFICE", "A0000000-0000-4000-8000-00000000000A",
    "bÜro", "büro", "VPN", "b0000000-0000-4000-8000-00000000000b",
    "Old IPv6", "here", "c0000000-0000-4000-8000-00000000000C", "Elsewhere",
    "elsewhere", "No such place"]
ADDRESSES = ["203.0.113.7", "::ffff:203.0.113.7", "::ffff:cb00:7107",
             "203.0.113.200", "198.51.100.7", "198.51.100.8", "192.0.2.1",
             "2001:db8:1::5", "2001:DB8:1:0::5", "2001:db8:2::1",
             "2001:db9::1"]

BUILT_IN_STRENGTHS = ["00000000-0000-0000-0000-000000000002",
                      "00000000-0000-0000-0000-000000000003",
                      "00000000-0000-0000-0000-000000000004"]
COMBINATIONS = ["password,softwareOath", "softwareOath,password", "fido2",
                "password,sms", "windowsHelloForBusiness", "deviceBasedPush",
                "password", "x509CertificateMultiFactor",
                "federatedSingleFactor,softwareOath", "federatedMultiFactor",
                "temporaryAccessPassOneTime", "x509CertificateSingleFactor"]
REGISTERED_METHODS = ["softwareOath", "fido2", "sms"]
SATISFIED = ["mfa", "authenticationStrength", "passwordChange",
             "riskRemediation", "termsOfUse", "compliantDevice",
             "domainJoinedDevice", "approvedApplication"]

DEVICE_TEXTS = {
    "deviceId": ["d-1", "D-1", "d-2"],
    "displayName": ["laptop-1", "Laptop-2", "kiosk", "GerÄt", ""],
    "deviceOwnership": ["Company", "Personal"],
    "enrollmentProfileName": ["corp"],
    "manufacturer": ["Contoso", "Fabrikam"],
    "mdmAppId": ["mdm"],
    "model": ["X1", "x1 carbon"],
    "operatingSystem": ["Linux", "linux", "Windows"],
    "operatingSystemVersion": ["12", "10.0.19045"],
    "profileType": ["RegisteredDevice", "SecureVM"],
    "trustType": ["ServerAD", "AzureAD", "Workplace", "serverad"],
    "extensionAttribute1": ["SAW", "saw"],
    "extensionAttribute15": ["top tier", "tier"],
}
DEVICE_LISTS = {
    "physicalIds": ["[ZTDId]:1", "[zone]:dmz"],
    "systemLabels": ["m365-managed", "M365"],
}
DISPLAY_NAMES = ["Require MFA", "Block", "Anforderung für alle", "a \"b\" \\c",
                 "Sessions", "Tab: no, 'quoted' #1", "日本"]
