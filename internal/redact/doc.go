// Package redact keeps secrets out of texts and JSON documents that people, models and logs get to see.
//
// There are three ways to recognize a secret. By the name of its field: SecretName, SecretText, SecretField and LikelySecret
// share one list of words. By its form, as the password in a URL: Text masks it in any text. By its value, where that is
// known: Values masks it in any text, Writer in a text that arrives in pieces. JSON and Event mask names and forms in a
// document. URL removes the parts of an address in which credentials travel.
package redact

// Mask stands in the place of a secret.
const Mask = "***"
