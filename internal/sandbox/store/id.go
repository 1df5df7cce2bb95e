package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"sync"
	"time"
)

// IDs creates ULIDs: 48 bits of milliseconds, 80 random bits. Each is greater than the one before, also within one
// millisecond and when the clock is set back, so that ids order objects by age.
type IDs struct {
	now  func() time.Time
	mu   sync.Mutex
	last [16]byte
}

// NewIDs returns ids for the times that now returns.
func NewIDs(now func() time.Time) *IDs { return &IDs{now: now} }

// Next returns a new id.
func (u *IDs) Next() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	var id [16]byte
	ms := u.now().UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i)) //nolint:gosec // one byte of six is meant
	}
	if string(id[:6]) <= string(u.last[:6]) {
		id = u.last
		for i := 15; i >= 0; i-- {
			if id[i]++; id[i] != 0 {
				break
			}
		}
	} else {
		rand.Read(id[6:])
	}
	u.last = id
	return encodeULID(id)
}

// After makes every further id greater than id.
func (u *IDs) After(id string) {
	// 26 digits of 5 bits are 130 bits: the padding makes whole bytes of them.
	padded, err := crockford().DecodeString("000000" + id)
	if err != nil || len(padded) != 20 {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if string(padded[4:]) > string(u.last[:]) {
		copy(u.last[:], padded[4:])
	}
}

// DerivedID returns the same id for the same name, in the form of a ULID.
func DerivedID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return encodeULID([16]byte(sum[:16]))
}

func encodeULID(id [16]byte) string {
	return crockford().EncodeToString(append(make([]byte, 4), id[:]...))[6:]
}

func crockford() *base32.Encoding {
	return base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)
}

// RandomHex returns an id of so many random bytes in hexadecimal digits.
func RandomHex(bytes int) string {
	id := make([]byte, bytes)
	rand.Read(id)
	return hex.EncodeToString(id)
}

// WorkspaceID is the same in every sandbox: there is one workspace.
func WorkspaceID() string { return DerivedID("workspace") }
