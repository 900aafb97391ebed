"""The network under the applications: Ethernet, ARP, IPv4, UDP and TCP on the virtual clock."""
