package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
)

// callerID stands for the credential of a request: its API key, or none. It is a hash with a salt of this process, so that
// what lives longer than a request holds no key.
type callerID [sha256.Size]byte

// is reports in constant time whether two IDs stand for the same credential.
func (c callerID) is(other callerID) bool { return subtle.ConstantTimeCompare(c[:], other[:]) == 1 }

// callerIDs makes the IDs of callers. Those of two values differ.
type callerIDs struct{ salt []byte }

func newCallerIDs() callerIDs {
	salt := make([]byte, sha256.Size)
	_, _ = rand.Read(salt) // never fails
	return callerIDs{salt}
}

// of returns the ID for an API key. All requests without a key have that of "".
func (c callerIDs) of(key string) callerID {
	salted := make([]byte, 0, len(c.salt)+len(key))
	return sha256.Sum256(append(append(salted, c.salt...), key...))
}

type callerIDContextKey struct{}

// with returns ctx with the ID of the caller whose request it is of.
func (c callerIDs) with(ctx context.Context) context.Context {
	return context.WithValue(ctx, callerIDContextKey{}, c.of(apiKeyFrom(ctx)))
}

// callerIDFrom returns the ID of the caller whose request ctx is of.
func callerIDFrom(ctx context.Context) callerID {
	id, _ := ctx.Value(callerIDContextKey{}).(callerID)
	return id
}
