import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

class Webhooks {
    // What stands before the 32 bytes of an Ed25519 key in X.509 (RFC 8410), in base64.
    static final String X509 = "MCowBQYDK2VwAyEA";

    static boolean verify(String x, Map<String, String> headers, String body) throws Exception {
        String sentAt = headers.getOrDefault("webhook-timestamp", "");
        if (!sentAt.matches("\\d{1,18}")) return false;
        if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(sentAt)) > 300) return false;
        byte[] encoded = Base64.getUrlDecoder().decode(X509 + x);
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        String content = headers.get("webhook-id") + "." + sentAt + "." + body;
        Signature signature = Signature.getInstance("Ed25519");
        for (String given : headers.getOrDefault("webhook-signature", "").split(" ")) {
            if (!given.matches("v1a,[A-Za-z0-9+/]{86}==")) continue;
            signature.initVerify(key);
            signature.update(content.getBytes(StandardCharsets.UTF_8));
            if (signature.verify(Base64.getDecoder().decode(given.substring(4)))) return true;
        }
        return false;
    }
}
