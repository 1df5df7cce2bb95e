package store

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Document is a text that an agent remembers about an entity.
type Document struct {
	ID      string `json:"document_id"`
	Store   string `json:"memory_store"`
	Text    string `json:"text"`
	Created string `json:"created"`
}

var errNoDocuments = errors.New("nothing is remembered")

// Documents returns the documents of an entity, oldest first.
func (s *Store) Documents(entity string) ([]Document, error) {
	found, err := read[[]Document](s.kv, bucketMemory, documentsKey(entity), errNoDocuments)
	if errors.Is(err, errNoDocuments) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return *found, nil
}

// ChangeDocuments lets edit change the documents of an entity. A refusal that edit returns keeps them as they are.
func (s *Store) ChangeDocuments(entity string, edit func([]Document) (after []Document, refusal string)) (refusal string, err error) {
	s.documentsMu.Lock()
	defer s.documentsMu.Unlock()
	documents, err := s.Documents(entity)
	if err != nil {
		return "", err
	}
	after, refusal := edit(documents)
	if refusal != "" {
		return refusal, nil
	}
	value, err := json.Marshal(after)
	if err != nil {
		return "", fmt.Errorf("encode memory: %w", err)
	}
	if err := s.kv.write(change{bucketMemory, documentsKey(entity), value}); err != nil {
		return "", fmt.Errorf("save memory: %w", err)
	}
	return "", nil
}

// documentsKey has a length that the file format takes, whatever the entity is called.
func documentsKey(entity string) string { return DerivedID("memory/" + entity) }
