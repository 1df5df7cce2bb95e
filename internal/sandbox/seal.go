package sandbox

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// seal encrypts secrets at rest.
type seal struct{ aead cipher.AEAD }

// newSeal takes its key from the file at path, which is made when it is missing; without a path the key lives in
// memory.
func newSeal(path string) (*seal, error) {
	key, err := sealKey(path)
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
	return &seal{aead}, nil
}

func sealKey(path string) ([]byte, error) {
	if path != "" {
		key, err := os.ReadFile(path)
		// An empty file is what a crash left of one that was being made: nothing is encrypted with it.
		if len(key) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
			return key, err
		}
	}
	key := make([]byte, 32)
	rand.Read(key)
	if path == "" {
		return key, nil
	}
	return key, writeWhole(path, key)
}

// writeWhole makes a file that is there as a whole or not at all, whenever the process ends.
func writeWhole(path string, content []byte) error {
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

// close encrypts value; name is bound to it, so that sealed values cannot be swapped.
func (s *seal) close(name, value string) []byte {
	return s.aead.Seal(nil, nil, []byte(value), []byte(name)) //nolint:gosec // this AEAD draws its nonce itself
}

func (s *seal) open(name string, sealed []byte) (string, error) {
	value, err := s.aead.Open(nil, nil, sealed, []byte(name))
	if err != nil {
		return "", fmt.Errorf("decrypt %s: it was written with another key", name)
	}
	return string(value), nil
}
