"""A Modbus server for tests: holding register a holds a, input register a holds 1000 + a, coil a is a % 3 == 0."""

import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartSerialServer, StartTcpServer, StartUdpServer
from pymodbus.transaction import ModbusRtuFramer

size = 300
unit = ModbusSlaveContext(
    hr=ModbusSequentialDataBlock(0, list(range(size))),
    ir=ModbusSequentialDataBlock(0, list(range(1000, 1000 + size))),
    co=ModbusSequentialDataBlock(0, [a % 3 == 0 for a in range(size)]),
    di=ModbusSequentialDataBlock(0, [a % 2 == 0 for a in range(size)]),
    zero_mode=True,
)
context = ModbusServerContext(slaves={7: unit, 9: unit}, single=False)
kind, where = sys.argv[1:]
if kind == "modbus-tcp":
    StartTcpServer(context=context, address=("127.0.0.1", int(where)))
elif kind == "modbus-udp":
    StartUdpServer(context=context, address=("127.0.0.1", int(where)))
elif kind == "modbus-rtu-over-tcp":
    StartTcpServer(context=context, address=("127.0.0.1", int(where)), framer=ModbusRtuFramer)
else:
    StartSerialServer(context=context, port=where, baudrate=115200, framer=ModbusRtuFramer, timeout=0.01)
