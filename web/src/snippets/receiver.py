import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        verified = verify(os.environ["WEBHOOK_KEY"], self.headers, body)
        print("verified" if verified else "NOT VERIFIED", self.headers["webhook-id"], body, flush=True)
        self.send_response(204 if verified else 401)
        self.end_headers()

port = int(os.environ.get("PORT", 4000))
print(f"waiting for webhooks at http://127.0.0.1:{port}/", flush=True)
HTTPServer(("127.0.0.1", port), Receiver).serve_forever()
