const { createServer } = require('node:http');

const { WEBHOOK_KEY, PORT = 4000 } = process.env;

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString(); // as it came: verify before anything parses it
    const verified = verify(WEBHOOK_KEY, request.headers, body);
    console.log(verified ? 'verified' : 'NOT VERIFIED', request.headers['webhook-id'], body);
    response.writeHead(verified ? 204 : 401).end();
  });
});
server.listen(PORT, '127.0.0.1', () => console.log(`waiting for webhooks at http://127.0.0.1:${PORT}/`));
