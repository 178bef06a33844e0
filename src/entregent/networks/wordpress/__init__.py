"""WordPress: comments, as its REST interface gives them."""

from entregent.networks.reading import JsonFormat, Network
from entregent.networks.shapes import having, nothing
from entregent.networks.wordpress.comments import is_comment, read_comment

NETWORK = Network(
    slug="wordpress",
    label="WordPress",
    json=(
        JsonFormat("wordpress/comment", is_comment, read_comment),
        nothing("wordpress/error", "an error answer", having("code", "message", "data")),
    ),
)
