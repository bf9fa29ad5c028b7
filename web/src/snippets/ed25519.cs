using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

static class Webhooks
{
    public static bool Verify(string x, IDictionary<string, string> headers, string body)
    {
        long sentAt;
        if (!long.TryParse(Of(headers, "webhook-timestamp"), out sentAt)) return false;
        if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - sentAt) > 300) return false;
        var key = Convert.FromBase64String(x.Replace('-', '+').Replace('_', '/') + "=");
        var content = Encoding.UTF8.GetBytes($"{Of(headers, "webhook-id")}.{sentAt}.{body}");
        return Of(headers, "webhook-signature")
            .Split(' ')
            .Where(given => given.StartsWith("v1a,"))
            .Any(given => IsSignedBy(key, content, Convert.FromBase64String(given.Substring(4))));
    }

    static bool IsSignedBy(byte[] key, byte[] content, byte[] signature)
    {
        var verifier = new Ed25519Signer();
        verifier.Init(false, new Ed25519PublicKeyParameters(key));
        verifier.BlockUpdate(content, 0, content.Length);
        return verifier.VerifySignature(signature);
    }

    static string Of(IDictionary<string, string> headers, string name)
    {
        string value;
        return headers.TryGetValue(name, out value) ? value : "";
    }
}
