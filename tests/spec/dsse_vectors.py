"""The example of the DSSE specification (protocol.md, "Test vectors"), as bytes."""

PAYLOAD_TYPE = "http://example.com/HelloWorld"
PAYLOAD = b"hello world"
ENCODED = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
