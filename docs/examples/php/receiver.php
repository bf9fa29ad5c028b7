<?php

/**
 * A whole receiver for PHP 8 without extensions: verifies, drops what it has handled, keeps the order, stores the state.
 *
 *   SIGNING_SECRET=whsec_... DATA_FOLDER=./consent php -S 127.0.0.1:4100 receiver.php
 */

declare(strict_types=1);

/** Ids remembered of each citizen. */
const MOST_IDS = 1000;
const MOST_BYTES = 4 * 1024 * 1024;

function verify(string $secret, array $headers, string $body): bool
{
    $sentAt = $headers['webhook-timestamp'] ?? '';
    if (!ctype_digit($sentAt) || abs(time() - (int) $sentAt) > 300) {
        return false;
    }
    $key = base64_decode(substr($secret, strlen('whsec_')));
    $content = ($headers['webhook-id'] ?? '') . ".{$sentAt}.{$body}";
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', $content, $key, true));
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $given) {
        if (hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}

/** What is in effect after a webhook: by `option:ID`, `group:ID` or `preference:REFERENCE`, a state or the choices. */
function merged(array $state, string $updateType, array $body): array
{
    // Effective Permissions are the whole state: what they leave out was withdrawn. Receipts are what changed.
    $state = $updateType === 'effective-permission' ? [] : $state;
    foreach ($body['permissions'] ?? [] as $entry) {
        $state["{$entry['optionType']}:{$entry['optionId']}"] = $entry['state'];
    }
    foreach ($body['preferences'] ?? [] as $entry) {
        $state["preference:{$entry['preference']}"] = array_column($entry['choices'], 'reference');
    }
    return array_filter($state);
}

/**
 * What becomes of a webhook. A citizen is a file with the state and the ids of what was handled: they are written together, so nothing is done
 * twice or lost.
 */
function handle(string $folder, array $headers, array $body): string
{
    $sequence = (int) $headers['x-cpm-sequence'];
    $file = "$folder/" . hash('sha256', "{$headers['x-cpm-subscription-id']} {$body['citizenId']}") . '.json';
    // An attempt may be made again while the first is still being handled: the second waits here.
    $lock = fopen("$file.lock", 'c');
    flock($lock, LOCK_EX);
    try {
        $citizen = ['sequence' => 0, 'ids' => [], 'state' => []];
        if (is_file($file)) {
            $citizen = json_decode(file_get_contents($file), true, flags: JSON_THROW_ON_ERROR);
        }
        if (in_array($headers['webhook-id'], $citizen['ids'], true)) {
            return 'known';
        }
        if ($sequence < $citizen['sequence']) {
            return 'stale';
        }
        $after = [
            'citizenId' => $body['citizenId'],
            'externalRef' => $body['externalRef'],
            'sequence' => $sequence,
            'ids' => array_slice([...$citizen['ids'], $headers['webhook-id']], -MOST_IDS),
            'state' => merged($citizen['state'], $headers['x-cpm-update-type'], $body),
        ];
        // A file is renamed whole, or not at all.
        if (file_put_contents("$file.new", json_encode($after, JSON_THROW_ON_ERROR)) === false || !rename("$file.new", $file)) {
            throw new RuntimeException('the state could not be written');
        }
        return 'handled';
    } finally {
        fclose($lock);
    }
}

function statusFor(string $secret, string $folder, array $headers, string $body): int
{
    if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
        return 405;
    }
    if (strlen($body) > MOST_BYTES) {
        return 413;
    }
    if (!verify($secret, $headers, $body)) {
        return 401;
    }
    if (($headers['x-cpm-test'] ?? '') === 'true') {
        return 204;
    }
    if (!in_array($headers['x-cpm-update-type'], ['effective-permission', 'consent-receipts'], true)) {
        // Stays at the service, which sends it again, until there is code for it here.
        return 501;
    }
    try {
        // Neither body nor headers are logged: they are about people.
        error_log(handle($folder, $headers, json_decode($body, true, flags: JSON_THROW_ON_ERROR)));
        return 204;
    } catch (Throwable $error) {
        error_log($error->getMessage());
        return 500;
    }
}

$folder = getenv('DATA_FOLDER') ?: __DIR__ . '/consent';
if (!is_dir($folder)) {
    mkdir($folder, 0700, true);
}
http_response_code(
    statusFor(
        (string) getenv('SIGNING_SECRET'),
        $folder,
        array_change_key_case(getallheaders()),
        file_get_contents('php://input', length: MOST_BYTES + 1),
    ),
);
