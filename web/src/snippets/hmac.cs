using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

static class Webhooks
{
    public static bool Verify(string secret, IDictionary<string, string> headers, string body)
    {
        long sentAt;
        if (!long.TryParse(Of(headers, "webhook-timestamp"), out sentAt)) return false;
        if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - sentAt) > 300) return false;
        var content = $"{Of(headers, "webhook-id")}.{sentAt}.{body}";
        using (var hmac = new HMACSHA256(Convert.FromBase64String(secret.Replace("whsec_", ""))))
        {
            var expected = "v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(content)));
            return Of(headers, "webhook-signature").Split(' ').Any(given => SameText(given, expected));
        }
    }

    static string Of(IDictionary<string, string> headers, string name)
    {
        string value;
        return headers.TryGetValue(name, out value) ? value : "";
    }

    // Takes as long wherever the first difference is. .NET 5 and later: CryptographicOperations.FixedTimeEquals.
    static bool SameText(string a, string b) =>
        a.Length == b.Length && a.Zip(b, (x, y) => x ^ y).Aggregate(0, (found, one) => found | one) == 0;
}
