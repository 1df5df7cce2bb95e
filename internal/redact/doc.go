// Package redact keeps secrets out of texts and JSON documents that people, models and logs get to see.
//
// There are two ways to recognize a secret. By the name of its field: SecretName, SecretField and LikelySecret share one
// list of words, and JSON masks the fields of a document. By its value, where that is known: Values masks it in any text,
// Writer in a text that arrives in pieces. URL removes the parts of an address in which credentials travel.
package redact

// Mask stands in the place of a secret.
const Mask = "***"
