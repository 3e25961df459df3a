"""Modbus TCP devices served by libmodbus, one a port: arguments are how many registers each has, then the ports.

Every two registers hold a float32 that changes once a second.
"""

import ctypes
import math
import struct
import sys
import threading
import time
from array import array

lib = ctypes.CDLL("libmodbus.so.5")
lib.modbus_new_tcp.restype = ctypes.c_void_p
lib.modbus_new_tcp.argtypes = [ctypes.c_char_p, ctypes.c_int]


class Mapping(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in (
        "nb_bits", "start_bits", "nb_input_bits", "start_input_bits",
        "nb_input_registers", "start_input_registers", "nb_registers", "start_registers",
    )] + [
        ("bits", ctypes.c_void_p), ("input_bits", ctypes.c_void_p),
        ("input_registers", ctypes.c_void_p), ("registers", ctypes.c_void_p),
    ]


lib.modbus_mapping_new.restype = ctypes.POINTER(Mapping)
lib.modbus_tcp_listen.argtypes = [ctypes.c_void_p, ctypes.c_int]
lib.modbus_tcp_accept.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_int)]
lib.modbus_receive.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
lib.modbus_reply.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(Mapping)]
lib.modbus_close.argtypes = [ctypes.c_void_p]


def serve(port, mapping):
    context = lib.modbus_new_tcp(b"127.0.0.1", port)
    listening = ctypes.c_int(lib.modbus_tcp_listen(context, 1))
    query = ctypes.create_string_buffer(260)
    while lib.modbus_tcp_accept(context, ctypes.byref(listening)) != -1:
        while (length := lib.modbus_receive(context, query)) != -1:
            lib.modbus_reply(context, query, length, mapping)
        lib.modbus_close(context)


registers, *ports = map(int, sys.argv[1:])
mappings = [lib.modbus_mapping_new(0, 0, registers, 0) for _ in ports]
for port, mapping in zip(ports, mappings):
    threading.Thread(target=serve, args=(port, mapping), daemon=True).start()
print("ready", flush=True)
count = registers // 2
while True:
    now = time.time()
    for device, mapping in enumerate(mappings):
        values = [20 + 10 * math.sin(now / 60 + i + device) for i in range(count)]
        words = array("H", struct.pack(f">{count}f", *values))
        words.byteswap()
        ctypes.memmove(mapping.contents.registers, words.tobytes(), 4 * count)
    time.sleep(1)
