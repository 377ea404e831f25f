// An OpenID provider for the tests of signing in. It reads the accounts of a file
// anew each time: {"SUBJECT": {"email": "...", "email_verified": true}}. It takes
// every password, and prints its address when it answers.
//
//   node provider.mjs ACCOUNTS REDIRECT
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import Provider from "oidc-provider";

const [accounts, redirect] = process.argv.slice(2);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = "http://127.0.0.1:" + server.address().port;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "desk", client_secret: "between-us", redirect_uris: [redirect] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...JSON.parse(readFileSync(accounts, "utf8"))[sub] }) }),
    pkce: { required: () => true },
    cookies: { keys: ["of a test"] },
    ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Interaction: 60, Session: 60, Grant: 60 },
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
