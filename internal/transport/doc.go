// Package transport builds the HTTP transport of every client in the program: of the Agents API, of model servers and of
// A2A agents.
//
// What it adds to net/http:
//
//   - A connection that died without a sign is noticed and left: see New.
//   - A reader that has stopped takes little memory, and holds up no other request in its HTTP/2 connection: see
//     streamWindow.
//   - A request that is not idempotent is sent again only when the server cannot have acted on it: see RoundTrip.
package transport
