package install

// Undone is what a file is to be without an entry.
type Undone struct {
	Content Text
	// Found is unset if there is no such entry.
	Found bool
	// Restored is set if Content is the backup, to the byte. Gone is set if the file was made for the entry alone.
	Restored, Gone bool
}

// Undo returns a file without the entry of a server. If nothing else was changed since the entry was written, this is what was
// there before: a removal alone would leave an empty object where there was none.
func (c Client) Undo(file File, s Server, force bool) (Undone, error) {
	if original, ok := c.Original(file, s.Name); ok {
		return Undone{Content: original, Found: true, Restored: true}, nil
	}
	content, found, err := c.Remove(file.Content, s, force)
	if err != nil || !found {
		return Undone{Content: content, Found: found}, err
	}
	if c.leaves("", content, s.Name) {
		return Undone{Found: true, Gone: true}, nil
	}
	return Undone{Content: content, Found: true}, nil
}

// Original returns the backup of a file if it is the file without the entry of that name, and nothing else was changed since.
func (c Client) Original(file File, name string) (Text, bool) {
	backup, err := Read(file.Backup())
	if err != nil || !backup.Exists {
		return "", false
	}
	s := Server{Name: name}
	if _, found, err := c.Remove(backup.Content, s, true); err != nil || found {
		return "", false
	}
	content, found, err := c.Remove(file.Content, s, true)
	return backup.Content, err == nil && found && c.leaves(backup.Content, content, name)
}

// leaves reports whether an entry that is put into a text and taken out again leaves another text.
func (c Client) leaves(before, after Text, name string) bool {
	for _, needsKey := range []bool{false, true} {
		sample := Server{Name: name, Command: "orq-mcp", NeedsKey: needsKey}
		with, err := c.Install(before, sample, false)
		if err != nil {
			return false
		}
		if without, _, err := c.Remove(with, sample, false); err == nil && without == after {
			return true
		}
	}
	return false
}
