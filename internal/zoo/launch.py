"""Runs a program of the course as it is, with the ports that it names moved to free ones.

launch.py PROGRAM {"5000": "40001"}
"""
import json
import runpy
import socket
import sys

program, moved = sys.argv[1], {int(old): int(new) for old, new in json.loads(sys.argv[2]).items()}

bind, getaddrinfo = socket.socket.bind, socket.getaddrinfo


def moved_bind(self, address):
    return bind(self, (address[0], moved.get(address[1], address[1])))


def moved_getaddrinfo(host, port, *args, **kwargs):
    if host == "localhost" and port in moved:
        host, port = "127.0.0.1", moved[port]
    return getaddrinfo(host, port, *args, **kwargs)


socket.socket.bind, socket.getaddrinfo = moved_bind, moved_getaddrinfo
sys.argv = [program]
runpy.run_path(program, run_name="__main__")
