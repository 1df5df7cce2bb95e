package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// headerCipher encrypts the values of headers at rest, with AES-256-GCM.
type headerCipher struct{ aead cipher.AEAD }

// keyLength is the length of the key, in bytes.
const keyLength = 32

// newHeaderCipher reads its key from the file at path, which is created when it is missing. Without a path the key is kept
// in memory.
func newHeaderCipher(path string) (*headerCipher, error) {
	key, err := readOrCreateKey(path)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("use key %s: %w", path, err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("use key %s: %w", path, err)
	}
	return &headerCipher{aead}, nil
}

func readOrCreateKey(path string) ([]byte, error) {
	if path != "" {
		key, err := os.ReadFile(path)
		// A crash may leave an empty file: nothing is encrypted with it yet.
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if len(key) == keyLength {
			return key, nil
		}
		if len(key) > 0 {
			return nil, fmt.Errorf("its key file %s is damaged: it has %d bytes, not %d; restore a copy of it", path, len(key), keyLength)
		}
	}
	key := make([]byte, keyLength)
	rand.Read(key)
	if path == "" {
		return key, nil
	}
	return key, writeAtomically(path, key)
}

// writeAtomically creates a file that is there as a whole or not at all, whenever the process ends.
func writeAtomically(path string, content []byte) error {
	part := path + ".part"
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// EncryptHeader encrypts the value of an agent's header. It is bound to both, so that stored values cannot be swapped.
func (s *Store) EncryptHeader(agentID, name, value string) []byte {
	return s.cipher.aead.Seal(nil, nil, []byte(value), headerLabel(agentID, name)) //nolint:gosec // this AEAD draws its nonce itself
}

// UnreadableHeaderError is a stored header value that cannot be decrypted: it was encrypted with another key, or for
// another agent or name.
type UnreadableHeaderError struct{ Name string }

func (e *UnreadableHeaderError) Error() string {
	return "headers." + e.Name + ": the stored value cannot be read; write it again"
}

// DecryptHeaders decrypts the header values of an agent, by name. Its error is an *UnreadableHeaderError.
func (s *Store) DecryptHeaders(agentID string, encrypted map[string][]byte) (map[string]string, error) {
	headers := make(map[string]string, len(encrypted))
	for name, value := range encrypted {
		plain, err := s.cipher.aead.Open(nil, nil, value, headerLabel(agentID, name))
		if err != nil {
			return nil, &UnreadableHeaderError{name}
		}
		headers[name] = string(plain)
	}
	return headers, nil
}

func headerLabel(agentID, header string) []byte { return []byte(agentID + " " + header) }
