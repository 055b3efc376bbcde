"""HTTP servers on this machine that speak a language model's wire format and misbehave on request. One file per format.

    with AnthropicServer() as server:
        server.replies += [server.reply_with({"rating": 3}), Reply(status=500)]
        ... AnthropicModel(server.url, "tiny", api_key="key") ...
        server.read_prompt(server.chats[0])

Replies are given in turn; the last one is given again and again. A reply may be a function of the request.
"""

from tests.model_servers.anthropic import AnthropicServer
from tests.model_servers.base import ModelServer, Reply, Script
from tests.model_servers.ollama import OllamaServer
from tests.model_servers.openai import OpenAIServer

__all__ = ["AnthropicServer", "ModelServer", "OllamaServer", "OpenAIServer", "Reply", "Script"]
