<?php
function verify(string $x, array $headers, string $body): bool
{
    $sentAt = $headers['webhook-timestamp'] ?? '';
    if (!ctype_digit($sentAt) || abs(time() - (int) $sentAt) > 300) {
        return false;
    }
    $key = sodium_base642bin($x, SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING);
    $content = ($headers['webhook-id'] ?? '') . ".{$sentAt}.{$body}";
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $given) {
        $signature = str_starts_with($given, 'v1a,') ? base64_decode(substr($given, 4)) : '';
        if (strlen($signature) === 64 && sodium_crypto_sign_verify_detached($signature, $content, $key)) {
            return true;
        }
    }
    return false;
}
