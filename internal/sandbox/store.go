package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
)

var (
	errNoAgent = errors.New("no such agent")
	errNoTask  = errors.New("no such task")
	errTaken   = errors.New("the key is taken")
	// errUnchanged from an edit says that there is nothing to write.
	errUnchanged = errors.New("nothing changed")
)

// record is an agent as it is stored: Agent holds no header values, Secrets holds them sealed. Tools are the schemas of
// the tools that a run defined, by key: an agent shows its tools without.
type record struct {
	Agent    orq.Agent             `json:"agent"`
	Tools    map[string]toolSchema `json:"tools,omitempty"`
	Versions []string              `json:"versions"`
	Secrets  map[string][]byte     `json:"secrets,omitzero"`
}

// store keeps agents, their versions and tasks. What it returns belongs to the caller.
type store struct {
	kv    kv
	index *index
	// writing serializes changes to agents: each checks before it writes.
	writing sync.Mutex
	// remembering serializes changes to memories.
	remembering sync.Mutex
}

func openStore(path string) (*store, error) {
	s := &store{kv: newMemory(), index: newIndex()}
	if path == "" {
		return s, nil
	}
	file, err := openBolt(path)
	if err != nil {
		return nil, err
	}
	s.kv = file
	err = file.each(bucketKeys, func(key string, value []byte) error {
		typ, id, _ := strings.Cut(string(value), " ")
		s.index.add(key, id, typ)
		return nil
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the index: %w", err), file.close())
	}
	return s, nil
}

// agent finds an agent by key or id, or one of its versions by key@version or id@version.
func (s *store) agent(ref string) (*record, error) {
	name, version, versioned := strings.Cut(ref, "@")
	id := s.index.id(name)
	if id == "" {
		return nil, errNoAgent
	}
	rec, err := read[record](s.kv, bucketAgents, id, errNoAgent)
	if err != nil || !versioned {
		return rec, err
	}
	return s.version(rec.Agent, version)
}

// version is the agent as one of its versions had it. One that another has replaced is published, no longer live.
func (s *store) version(agent orq.Agent, version string) (*record, error) {
	rec, err := read[record](s.kv, bucketVersions, agent.ID+"@"+version, errNoAgent)
	if err == nil && version != agent.Version {
		rec.Agent.Status = "published"
	}
	return rec, err
}

// list returns a page of agents, newest first, and whether there are more.
func (s *store) list(l listing) ([]*record, bool, error) {
	ids, more := s.index.page(l)
	records := make([]*record, 0, len(ids))
	for _, id := range ids {
		rec, err := read[record](s.kv, bucketAgents, id, errNoAgent)
		if errors.Is(err, errNoAgent) {
			continue // deleted since the index was read
		}
		if err != nil {
			return nil, false, err
		}
		records = append(records, rec)
	}
	return records, more, nil
}

// insert adds agents of different keys, each with its first version: all or none.
func (s *store) insert(recs ...*record) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	var changes []change
	for _, rec := range recs {
		if s.index.id(rec.Agent.Key) != "" {
			return errTaken
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

// update lets edit change the agent with this id and stores it; a changed version number makes a new version.
func (s *store) update(id string, edit func(*record) error) (*record, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	rec, err := read[record](s.kv, bucketAgents, id, errNoAgent)
	if err != nil {
		return nil, err
	}
	key, version := rec.Agent.Key, rec.Agent.Version
	if err := edit(rec); errors.Is(err, errUnchanged) {
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
			return nil, errTaken
		}
		changes = append(changes, change{bucketKeys, key, nil})
	}
	if err := s.kv.write(changes...); err != nil {
		return nil, fmt.Errorf("update agent %s: %w", key, err)
	}
	s.index.rename(key, rec.Agent.Key)
	return rec, nil
}

// remove deletes the agent with its versions. Its tasks stay.
func (s *store) remove(id string) (*record, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	rec, err := read[record](s.kv, bucketAgents, id, errNoAgent)
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
func put(rec *record, newVersion bool) (_ []change, err error) {
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
		return nil, fmt.Errorf("decode %s %s: %w", bucket, key, err)
	}
	return object, nil
}
