"""How long a client is waited for. A connection costs no thread, but no stranger may hold one for ever."""

# Within this a request's head must have come, counted from its first byte or from the connection's beginning.
HEAD_SECONDS = 15.0
# How long a connection may be open between two requests.
IDLE_SECONDS = 75.0
# Whoever sends a body must send PACE bytes of it in this time; whoever takes a reply must take some of it.
STALL_SECONDS = 60.0
PACE = 1 << 12
# A websocket that says nothing for so long is asked whether it is still there, and may then stall.
PING_SECONDS = 20.0
# How long a refused client that goes on sending is listened to: closing at once would take the reply from it.
LINGER_SECONDS = 2.0
