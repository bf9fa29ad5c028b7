"""A whole receiver with the standard library of Python 3.9 or later: verifies, drops what it has handled, keeps the order, stores the state.

SIGNING_SECRET=whsec_... DATABASE=consent.sqlite PORT=4100 python3 receiver.py
"""
import base64
import hashlib
import hmac
import json
import os
import sqlite3
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(os.environ["SIGNING_SECRET"].split("_", 1)[1])
DATABASE = os.environ.get("DATABASE", "consent.sqlite")
MOST_BYTES = 4 * 1024 * 1024

SCHEMA = """
CREATE TABLE IF NOT EXISTS handled (webhook_id TEXT PRIMARY KEY, handled_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS citizen (
  subscription_id TEXT NOT NULL,
  citizen_id      TEXT NOT NULL,
  external_ref    TEXT,
  sequence        INTEGER NOT NULL,
  state           TEXT NOT NULL,
  PRIMARY KEY (subscription_id, citizen_id)
);
"""


def verify(headers, body):
    sent_at = headers.get("webhook-timestamp") or ""
    if not sent_at.isdecimal() or abs(time.time() - int(sent_at)) > 300:
        return False
    content = f"{headers.get('webhook-id')}.{sent_at}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.new(SECRET, content, hashlib.sha256).digest())
    given = (headers.get("webhook-signature") or "").split(" ")
    return any(hmac.compare_digest(expected, one.encode()) for one in given)


def merged(state, update_type, body):
    """What is in effect after a webhook: by `option:ID`, `group:ID` or `preference:REFERENCE`, a state or the choices."""
    # Effective Permissions are the whole state: what they leave out was withdrawn. Receipts are what changed.
    state = {} if update_type == "effective-permission" else dict(state)
    for entry in body.get("permissions", []):
        state[f"{entry['optionType']}:{entry['optionId']}"] = entry["state"]
    for entry in body.get("preferences", []):
        state[f"preference:{entry['preference']}"] = [choice["reference"] for choice in entry["choices"]]
    return {key: value for key, value in state.items() if value}


def handle(headers, body):
    """Returns what became of the webhook. State and note are one transaction, so nothing is done twice or lost."""
    webhook_id, sequence = headers["webhook-id"], int(headers["x-cpm-sequence"])
    key = (headers["x-cpm-subscription-id"], body["citizenId"])
    database = sqlite3.connect(DATABASE, timeout=10, isolation_level=None)
    try:
        # Nobody else writes from here on: an attempt may be made again while the first is still being handled.
        database.execute("BEGIN IMMEDIATE")
        if database.execute("SELECT 1 FROM handled WHERE webhook_id = ?", (webhook_id,)).fetchone():
            outcome = "known"
        else:
            row = database.execute(
                "SELECT sequence, state FROM citizen WHERE subscription_id = ? AND citizen_id = ?", key
            ).fetchone()
            highest, state = (row[0], json.loads(row[1])) if row else (0, {})
            if sequence < highest:
                outcome = "stale"
            else:
                outcome = "handled"
                state = merged(state, headers["x-cpm-update-type"], body)
                database.execute(
                    "INSERT OR REPLACE INTO citizen VALUES (?, ?, ?, ?, ?)",
                    (*key, body["externalRef"], sequence, json.dumps(state)),
                )
                database.execute("INSERT INTO handled VALUES (?, ?)", (webhook_id, int(time.time())))
        database.execute("COMMIT")
        return outcome
    finally:
        # What was not committed is undone.
        database.close()


class Receiver(BaseHTTPRequestHandler):
    timeout = 15

    def do_POST(self):
        length = self.headers.get("content-length") or ""
        if not length.isdecimal():
            return self.answer(411)
        if int(length) > MOST_BYTES:
            return self.answer(413)
        body = self.rfile.read(int(length))
        if not verify(self.headers, body):
            return self.answer(401)
        if self.headers.get("x-cpm-test") == "true":
            return self.answer(204, "test")
        if self.headers["x-cpm-update-type"] not in ("effective-permission", "consent-receipts"):
            # Stays at the service, which sends it again, until there is code for it here.
            return self.answer(501)
        try:
            self.answer(204, handle(self.headers, json.loads(body)))
        except sqlite3.Error as error:
            self.log_error("%s", error)
            self.answer(500)

    def answer(self, status, outcome="refused"):
        # Neither body nor headers: they are about people.
        print(status, outcome, flush=True)
        self.send_response(status)
        self.end_headers()

    def log_request(self, *_):
        pass


if __name__ == "__main__":
    with sqlite3.connect(DATABASE) as connection:
        connection.executescript(SCHEMA)
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 4100))), Receiver)
    print(f"waiting for webhooks at http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
