"""Opens what people bring: files, folders and archives, told apart by their content."""

from entregent.networks.files.documents import Document, RefusedFile, documents
from entregent.networks.files.limits import Limits

__all__ = ["Document", "Limits", "RefusedFile", "documents"]
