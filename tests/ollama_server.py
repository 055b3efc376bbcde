"""Ollama's stand-in under the name that many tests know it by; it lives in tests/model_servers."""

from tests.model_servers.base import Reply, Script
from tests.model_servers.ollama import OllamaServer, fail_with, reply_with

__all__ = ["OllamaServer", "Reply", "Script", "fail_with", "reply_with"]
