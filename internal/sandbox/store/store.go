package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
)

var (
	// ErrNoAgent is returned for an agent, or a version of one, that does not exist.
	ErrNoAgent = errors.New("no such agent")
	// ErrNoTask is returned for a task that does not exist.
	ErrNoTask = errors.New("no such task")
	// ErrNoResponse is returned for a response that does not exist.
	ErrNoResponse = errors.New("no such response")
	// ErrTaken is returned for a key that another agent has.
	ErrTaken = errors.New("the key is taken")
	// ErrUnchanged is returned by an edit that changed nothing, so that nothing is written.
	ErrUnchanged = errors.New("nothing changed")
)

// Record is an agent as it is stored.
type Record struct {
	// Agent is without the values of its headers.
	Agent orq.Agent `json:"agent"`
	// Tools are the schemas of the tools that a run defined, by key, which the Agent lacks.
	Tools map[string]ToolSchema `json:"tools,omitempty"`
	// Versions are the numbers of all versions, oldest first.
	Versions []string `json:"versions"`
	// Secrets are the encrypted values of an A2A agent's headers, by name.
	Secrets map[string][]byte `json:"secrets,omitzero"`
	// Connection is what an A2A agent has beside its orq.A2AConfig.
	Connection Connection `json:"connection,omitzero"`
}

// Connection is how an A2A agent is to be reached.
type Connection struct {
	// ProtocolVersion and PreferredTransport are what the caller demands; empty: any that the card offers.
	ProtocolVersion    string `json:"protocol_version,omitzero"`
	PreferredTransport string `json:"preferred_transport,omitzero"`
	// CardRefreshed is when the card was fetched; empty: not known.
	CardRefreshed string `json:"card_refreshed,omitzero"`
}

// ToolSchema is how a tool that a run defines is called. The rest of its definition, headers among that, is not kept.
type ToolSchema struct {
	Parameters json.RawMessage `json:"parameters,omitzero"`
	Strict     bool            `json:"strict,omitzero"`
}

// Options configure a Store.
type Options struct {
	// Path is the data file; it is created when it is missing, with Path + ".key" beside it for the key that encrypts header
	// values. Empty: memory only.
	Path string
	// Now is the clock.
	Now func() time.Time
}

// Store keeps agents, their versions, tasks and the documents that agents remember. It is safe for concurrent use; what
// it returns belongs to the caller.
type Store struct {
	kv     kv
	index  *index
	cipher *headerCipher
	ids    *IDs
	now    func() time.Time

	// agentsMu serializes changes to agents: each checks before it writes.
	agentsMu sync.Mutex
	// documentsMu serializes changes to documents.
	documentsMu sync.Mutex
}

// Open opens the store. It fails when the file is in use by another process, is damaged or was written by a newer program.
// Tasks that a crash interrupted become failed. Later failures of the file are a *FileError; those of Open leave out the path.
func Open(o Options) (s *Store, err error) {
	s = &Store{kv: newMemory(), index: newIndex(), ids: NewIDs(o.Now), now: o.Now}
	keyFile := ""
	if o.Path != "" {
		keyFile = o.Path + ".key"
		if s.kv, err = openBolt(o.Path); err != nil {
			return nil, err
		}
	}
	opened := s.kv
	defer func() {
		if err != nil {
			s, err = nil, errors.Join(withoutPath(err), opened.close())
		}
	}()
	if err := s.readIndex(); err != nil {
		return nil, fmt.Errorf("read the index: %w", err)
	}
	if s.cipher, err = newHeaderCipher(keyFile); err != nil {
		return nil, err
	}
	s.ids.After(s.index.newest())
	return s, s.failInterrupted()
}

func (s *Store) readIndex() error {
	return s.kv.each(bucketKeys, func(key string, value []byte) error {
		typ, id, _ := strings.Cut(string(value), " ")
		s.index.add(key, id, typ)
		return nil
	})
}

// Close closes the file.
func (s *Store) Close() error { return s.kv.close() }

// NewID returns an id that is greater than all before it.
func (s *Store) NewID() string { return s.ids.Next() }

// Timestamp is the present time as the API writes it.
func (s *Store) Timestamp() string { return s.now().UTC().Format("2006-01-02T15:04:05.000Z07:00") }

// ID returns the id of the agent with this key or id, or "" when there is none.
func (s *Store) ID(ref string) string { return s.index.id(ref) }

// Agent finds an agent by key or id, or one of its versions by key@version or id@version.
func (s *Store) Agent(ref string) (*Record, error) {
	name, version, versioned := strings.Cut(ref, "@")
	id := s.index.id(name)
	if id == "" {
		return nil, ErrNoAgent
	}
	rec, err := read[Record](s.kv, bucketAgents, id, ErrNoAgent)
	if err != nil || !versioned {
		return rec, err
	}
	return s.version(rec.Agent, version)
}

// version is the agent as one of its versions had it. A version that was replaced is published, no longer live.
func (s *Store) version(agent orq.Agent, version string) (*Record, error) {
	rec, err := read[Record](s.kv, bucketVersions, agent.ID+"@"+version, ErrNoAgent)
	if err == nil && version != agent.Version {
		rec.Agent.Status = "published"
	}
	return rec, err
}

// List returns a page of agents, newest first, and whether there are more.
func (s *Store) List(p Page) ([]*Record, bool, error) {
	ids, more := s.index.page(p)
	records := make([]*Record, 0, len(ids))
	for _, id := range ids {
		rec, err := read[Record](s.kv, bucketAgents, id, ErrNoAgent)
		if errors.Is(err, ErrNoAgent) {
			continue // deleted since the index was read
		}
		if err != nil {
			return nil, false, err
		}
		records = append(records, rec)
	}
	return records, more, nil
}

// Insert adds agents of different keys, each with its first version: all or none.
func (s *Store) Insert(recs ...*Record) error {
	s.agentsMu.Lock()
	defer s.agentsMu.Unlock()
	var changes []change
	for _, rec := range recs {
		if s.index.id(rec.Agent.Key) != "" {
			return ErrTaken
		}
		more, err := put(rec, true)
		if err != nil {
			return err
		}
		changes = append(changes, more...)
	}
	if err := s.kv.write(changes...); err != nil {
		return fmt.Errorf("insert %d agents: %w", len(recs), err)
	}
	for _, rec := range recs {
		s.index.add(rec.Agent.Key, rec.Agent.ID, rec.Agent.Type)
	}
	return nil
}

// Update lets edit change the agent with this id and stores it. A changed version number creates a new version.
func (s *Store) Update(id string, edit func(*Record) error) (*Record, error) {
	s.agentsMu.Lock()
	defer s.agentsMu.Unlock()
	rec, err := read[Record](s.kv, bucketAgents, id, ErrNoAgent)
	if err != nil {
		return nil, err
	}
	key, version := rec.Agent.Key, rec.Agent.Version
	if err := edit(rec); errors.Is(err, ErrUnchanged) {
		return rec, nil
	} else if err != nil {
		return nil, err
	}
	changes, err := put(rec, rec.Agent.Version != version)
	if err != nil {
		return nil, err
	}
	if rec.Agent.Key != key {
		if s.index.id(rec.Agent.Key) != "" {
			return nil, ErrTaken
		}
		changes = append(changes, change{bucketKeys, key, nil})
	}
	if err := s.kv.write(changes...); err != nil {
		return nil, fmt.Errorf("update agent %s: %w", key, err)
	}
	s.index.rename(key, rec.Agent.Key)
	return rec, nil
}

// Remove deletes an agent with its versions, and returns it. Its tasks stay.
func (s *Store) Remove(id string) (*Record, error) {
	s.agentsMu.Lock()
	defer s.agentsMu.Unlock()
	rec, err := read[Record](s.kv, bucketAgents, id, ErrNoAgent)
	if err != nil {
		return nil, err
	}
	changes := []change{{bucketAgents, id, nil}, {bucketKeys, rec.Agent.Key, nil}}
	for _, version := range rec.Versions {
		changes = append(changes, change{bucketVersions, id + "@" + version, nil})
	}
	if err := s.kv.write(changes...); err != nil {
		return nil, fmt.Errorf("delete agent %s: %w", rec.Agent.Key, err)
	}
	s.index.remove(rec.Agent)
	return rec, nil
}

// put also gives the agent the hash of its content.
func put(rec *Record, newVersion bool) (_ []change, err error) {
	if rec.Agent.VersionHash, err = contentHash(rec.Agent, rec.Tools); err != nil {
		return nil, err
	}
	if newVersion {
		rec.Versions = append(rec.Versions, rec.Agent.Version)
	}
	value, err := json.Marshal(rec)
	if err != nil {
		return nil, fmt.Errorf("encode agent %s: %w", rec.Agent.Key, err)
	}
	changes := []change{
		{bucketAgents, rec.Agent.ID, value},
		{bucketKeys, rec.Agent.Key, []byte(rec.Agent.Type + " " + rec.Agent.ID)},
	}
	if newVersion {
		changes = append(changes, change{bucketVersions, rec.Agent.ID + "@" + rec.Agent.Version, value})
	}
	return changes, nil
}

func read[T any](from kv, bucket, key string, absent error) (*T, error) {
	value, err := from.get(bucket, key)
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", bucket, key, err)
	}
	if value == nil {
		return nil, absent
	}
	object := new(T)
	if err := exactjson.Unmarshal(value, object); err != nil {
		return nil, from.undecodable(bucket, key, err)
	}
	return object, nil
}

// ReadAgents reads the agents of a data file, oldest first. It changes nothing, and fails while another process uses the
// file.
func ReadAgents(path string) (agents []*Record, err error) {
	file, err := openReadOnly(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.close()) }()
	err = file.each(bucketAgents, func(id string, value []byte) error {
		rec := new(Record)
		if err := exactjson.Unmarshal(value, rec); err != nil {
			return file.undecodable(bucketAgents, id, err)
		}
		agents = append(agents, rec)
		return nil
	})
	return agents, withoutPath(err)
}
