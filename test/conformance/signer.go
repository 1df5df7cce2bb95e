package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
)

// signer signs the state of a call, which the client keeps, so that the client cannot change it.
type signer struct{ key []byte }

func newSigner() *signer {
	return &signer{key: []byte(rand.Text())}
}

func (s *signer) sign(state string) string {
	mac := hmac.New(sha256.New, s.key)
	_, _ = mac.Write([]byte(state))
	return state + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// open returns the signed state, or "" if the signature is wrong.
func (s *signer) open(signed string) string {
	end := strings.LastIndex(signed, ".")
	if end < 0 || !hmac.Equal([]byte(signed), []byte(s.sign(signed[:end]))) {
		return ""
	}
	return signed[:end]
}

// check returns an error for a request whose state has a wrong signature. It is a hook, because an error that a tool
// returns would become a result.
func (s *signer) check(_ context.Context, _, message any) error {
	raw, _ := message.(json.RawMessage)
	if signed := requestState(raw); signed != "" && s.open(signed) == "" {
		return errors.New("the requestState is not one of this server's")
	}
	return nil
}

// requestState returns the state in a request, or "".
func requestState(message json.RawMessage) string {
	var request struct {
		Params struct {
			RequestState string `json:"requestState"`
		} `json:"params"`
	}
	_ = json.Unmarshal(message, &request)
	return request.Params.RequestState
}
