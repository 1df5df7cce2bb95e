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

// from returns the ID of the caller whose request ctx is of. All requests without a key have the same.
func (c callerIDs) from(ctx context.Context) callerID {
	key := apiKeyFrom(ctx)
	salted := make([]byte, 0, len(c.salt)+len(key))
	return sha256.Sum256(append(append(salted, c.salt...), key...))
}
