"""What requests hold and what answers hold, as types: the OpenAPI document is made from them."""
