"""Attacks by name: one file each, registered here."""

from __future__ import annotations

from sightglass.lab.attacks.address_scan import AddressScan
from sightglass.lab.attacks.arp_scan import ArpScan
from sightglass.lab.attacks.arp_spoofing import ArpSpoofing
from sightglass.lab.attacks.base import Attack
from sightglass.lab.attacks.brute_force import BruteForce
from sightglass.lab.attacks.configuration_change import ConfigurationChange
from sightglass.lab.attacks.dnp3_address_scan import Dnp3AddressScan
from sightglass.lab.attacks.dnp3_restart import Dnp3Restart
from sightglass.lab.attacks.dnp3_rogue_master import Dnp3RogueMaster
from sightglass.lab.attacks.dns_tunnel import DnsTunnel
from sightglass.lab.attacks.file_delete import FileDelete
from sightglass.lab.attacks.firmware_update import FirmwareUpdate
from sightglass.lab.attacks.flooding import Flooding
from sightglass.lab.attacks.guessed_login import GuessedLogin
from sightglass.lab.attacks.malformed_messages import MalformedMessages
from sightglass.lab.attacks.modbus_exceptions import ModbusExceptionStorm
from sightglass.lab.attacks.modbus_write import ModbusWriteFromNewClient
from sightglass.lab.attacks.new_function import NewFunction
from sightglass.lab.attacks.plc_scan import PlcScan
from sightglass.lab.attacks.plc_start import PlcStart
from sightglass.lab.attacks.plc_stop import PlcStop
from sightglass.lab.attacks.port_scan import PortScan
from sightglass.lab.attacks.program_upload import ProgramUpload
from sightglass.lab.attacks.remote_service import RemoteService
from sightglass.lab.attacks.unauthorised_connection import UnauthorisedConnection
from sightglass.lab.attacks.unauthorised_programming import UnauthorisedProgramming

ATTACKS: dict[str, type[Attack]] = {
    attack.name: attack
    for attack in (
        AddressScan,
        ArpScan,
        ArpSpoofing,
        BruteForce,
        ConfigurationChange,
        Dnp3AddressScan,
        Dnp3Restart,
        Dnp3RogueMaster,
        DnsTunnel,
        FileDelete,
        FirmwareUpdate,
        Flooding,
        GuessedLogin,
        MalformedMessages,
        ModbusExceptionStorm,
        ModbusWriteFromNewClient,
        NewFunction,
        PlcScan,
        PlcStart,
        PlcStop,
        PortScan,
        ProgramUpload,
        RemoteService,
        UnauthorisedConnection,
        UnauthorisedProgramming,
    )
}

__all__ = ["ATTACKS", "Attack"]
