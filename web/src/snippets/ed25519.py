import base64, time
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

def verify(x, headers, body):
    sent_at = headers.get("webhook-timestamp") or ""
    if not sent_at.isdigit() or abs(time.time() - int(sent_at)) > 300:
        return False
    key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x + "="))
    content = f"{headers.get('webhook-id')}.{sent_at}.{body}".encode()
    for given in (headers.get("webhook-signature") or "").split(" "):
        version, _, signature = given.partition(",")
        try:
            if version == "v1a":
                key.verify(base64.b64decode(signature), content)
                return True
        except (InvalidSignature, ValueError):
            pass
    return False
