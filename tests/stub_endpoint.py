"""An OpenAI-compatible endpoint on loopback that answers from a script, for tests of the teacher."""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OBSERVATIONS = {"observations": ["Both lip corners are drawn up (AU12), marked, from 1.00 to 2.50 s."]}
# basic-7 in order: A surprise, B fear, C disgust, D happiness, E sadness, F anger, G neutral.
INTERPRETATION = {
    "interpretation": "Lip corners drawn up usually go with happiness; surprise would need raised brows.",
    "runner_up": "A",
    "answer": "D",
}


@dataclass
class Answer:
    """``hang``: seconds before anything is sent. ``broken_after``: bytes of the body after which the connection drops."""

    status: int = 200
    body: dict | str = ""
    headers: dict = field(default_factory=dict)
    hang: float = 0
    broken_after: int | None = None


def completion(text, *, tokens=(100, 20), finish="stop", refusal=None, logprobs=None, **more):
    """A chat completion; ``text`` that is not a string is sent as JSON."""
    message = {"role": "assistant", "content": text if isinstance(text, str | None) else json.dumps(text), "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": logprobs and {"content": logprobs}}
    usage = tokens and {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    return Answer(body={"object": "chat.completion", "model": "stub-1", "choices": [choice], "usage": usage, **more})


def error(status, code="", message="it failed", **headers):
    return Answer(status, {"error": {"code": code, "type": code, "message": message}}, headers)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Says nothing: a client that was cut off is part of what is tested."""


class Stub:
    """``script``: what is answered next, in order; when it is empty, ``usual`` decides. ``seen``: (headers, body) of each."""

    def __init__(self):
        self.script, self.seen = deque(), []
        self.usual = lambda body: usual_answer(body)
        self.delivered, self.busiest, self._busy = {}, 0, 0
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def prompts(self):
        return [body["messages"][0]["content"] for _, body in self.seen]

    def close(self):
        self._ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self):
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with stub._lock:
                    stub._busy += 1
                    stub.busiest = max(stub.busiest, stub._busy)
                    stub.seen.append((self.headers, body))
                    answer = stub.script.popleft() if stub.script else stub.usual(body)
                try:
                    stub._ended.wait(answer.hang)
                    self._send(answer)
                except OSError:
                    self.close_connection = True  # the client has given up
                finally:
                    with stub._lock:
                        stub._busy -= 1

            def _send(self, answer):
                body = answer.body
                key = self.headers["Idempotency-Key"]
                if isinstance(body, dict) and "choices" in body:
                    # A server that knows the key answers a repeated request with what it answered first.
                    body = stub.delivered.setdefault(key, {"id": f"id-{key[:12]}", **body})
                data = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name.replace("_", "-"), str(value))
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data[: answer.broken_after])
                if answer.broken_after is not None:
                    self.close_connection = True

            def log_message(self, *_):
                pass

        return Handler


def text_of(content):
    """The text of a message, with or without pictures."""
    return content if isinstance(content, str) else "\n".join(part["text"] for part in content if part["type"] == "text")


def usual_answer(body):
    """A good answer to each kind of request."""
    first, last = (text_of(body["messages"][place]["content"]) for place in (0, -1))
    if "its letter and nothing else" in last:
        return completion("D", tokens=(50, 1))
    return completion(OBSERVATIONS if "<evidence>" in first else INTERPRETATION)
