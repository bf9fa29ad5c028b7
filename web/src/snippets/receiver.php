$headers = array_change_key_case(getallheaders());
$body = file_get_contents('php://input');
$verified = verify(getenv('WEBHOOK_KEY'), $headers, $body);
error_log(($verified ? 'verified ' : 'NOT VERIFIED ') . ($headers['webhook-id'] ?? '') . " $body");
http_response_code($verified ? 204 : 401);
