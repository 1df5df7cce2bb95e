package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/orq-mcp/orq-mcp/internal/apikey"
	"github.com/orq-mcp/orq-mcp/internal/install"
	"github.com/orq-mcp/orq-mcp/internal/lazy"
	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// clientChange is a change of a client's file.
type clientChange struct {
	client  install.Client
	server  install.Server
	file    install.File
	process *Process
	// yes is set if nobody is to be asked.
	yes bool
	// canAnswer is set if somebody could answer on the input of the process.
	canAnswer bool
	// project is set if the file is that of a project.
	project bool
}

// install writes the entry.
func (c clientChange) install(ctx context.Context, force bool) error {
	after, err := c.client.Install(c.file.Content, c.server, force)
	if err != nil {
		return c.failed(err)
	}
	if c.file.Exists && after == c.file.Content {
		c.say("Nothing to change: %s has this entry.", c.file.Path)
		return nil
	}
	if err := c.confirm(ctx, after); err != nil {
		return err
	}
	_, hasOriginal := c.client.Original(c.file, c.server.Name)
	if err := c.file.Write(after, install.WriteOptions{Secret: c.server.Key != "", KeepBackup: hasOriginal}); err != nil {
		return err
	}
	c.say("Wrote %s.%s", c.file.Path, c.kept())
	c.say("%s", c.client.After)
	c.say("To try it: %s", c.trial())
	if note := c.client.KeyNote(c.server, c.process.Getenv(install.KeyVariable) != ""); note != "" {
		c.say("%s", note)
	}
	if c.server.Key != "" && c.file.IsShared(runtime.GOOS) {
		c.say("Others on this machine can read the key: chmod 600 %s", c.file.Path)
	}
	if c.server.Key != "" && c.project {
		c.say("The file has the key: keep it out of version control.")
	}
	return nil
}

// trial returns the command that tries the entry. That of a sandbox needs no key, and no service.
func (c clientChange) trial() string {
	command := "orq-mcp doctor"
	if !c.server.NeedsKey {
		command += " --sandbox"
	}
	if c.project {
		command += " --project"
	}
	return command
}

// remove takes the entry out.
func (c clientChange) remove(ctx context.Context, force bool) error {
	undone, err := c.client.Undo(c.file, c.server, force)
	if err != nil {
		return c.failed(err)
	}
	if !undone.Found {
		c.say("Nothing to change: %s has no entry %s.", c.file.Path, c.server.Name)
		return nil
	}
	if err := c.confirm(ctx, undone.Content); err != nil {
		return err
	}
	if undone.Gone {
		if err := c.file.Delete(); err != nil {
			return err
		}
		c.say("Deleted %s, which had nothing else.", c.file.Path)
		return nil
	}
	if err := c.file.Write(undone.Content, install.WriteOptions{KeepBackup: undone.Restored}); err != nil {
		return err
	}
	if undone.Restored {
		if err := c.file.DeleteBackup(); err != nil {
			return err
		}
		c.say("Wrote %s, which is as it was before.", c.file.Path)
		return nil
	}
	c.say("Wrote %s.%s", c.file.Path, c.kept())
	return nil
}

// kept says where the content before the change is.
func (c clientChange) kept() string {
	if !c.file.Exists {
		return ""
	}
	return " What was there before is in " + c.file.Backup() + "."
}

func (c clientChange) say(format string, args ...any) {
	_, _ = fmt.Fprintf(c.process.Err, format+"\n", args...)
}

// failed returns an error with the file and what to do.
func (c clientChange) failed(err error) error {
	if foreign, ok := errors.AsType[install.ForeignError](err); ok {
		return fmt.Errorf("%s: %w, and nothing was changed; choose another --name, or add --force", c.file.Path, foreign)
	}
	return fmt.Errorf("%s %w; nothing was changed, and --print prints the entry", c.file.Path, err)
}

// confirm shows the change and asks for it. It returns an error if the answer is not yes.
func (c clientChange) confirm(ctx context.Context, after install.Text) error {
	_, _ = fmt.Fprint(c.process.Out, c.diff(after))
	if c.yes {
		return nil
	}
	if !c.canAnswer {
		return errors.New("nothing was changed: there is no terminal to ask on; add --yes to write this")
	}
	answer, err := ask(ctx, c.process, "Write this? [y/N] ")
	if err != nil {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	case "":
		return errors.New("nothing was changed; y or --yes writes this")
	}
	return errors.New("nothing was changed")
}

// diff shows a change, without secrets.
func (c clientChange) diff(after install.Text) string {
	before, changed := shown(c.file.Content), shown(after)
	text, err := udiff.ToUnified(c.file.Path, c.file.Path, before, udiff.Lines(before, changed), 2)
	if err != nil {
		return err.Error() + "\n"
	}
	var out strings.Builder
	for line := range strings.Lines(redact.NewKey(c.server.Key).Mask(text)) {
		out.WriteString(maskLine(line))
	}
	return strings.TrimSuffix(out.String(), "\n") + "\n"
}

// shown returns a content as a terminal shows it.
func shown(content install.Text) string {
	return strings.ReplaceAll(strings.TrimPrefix(string(content), "\ufeff"), "\r\n", "\n")
}

// member is a name with its value, in JSON, TOML or YAML.
var member = lazy.Regexp{Text: `([A-Za-z_][A-Za-z0-9_.-]*)("?\s*[:=]\s*)("[^"]*"|[^\s",{}\[\]#]+)`}

// maskLine masks the values of a line whose names are those of secrets. What only refers to a secret stays.
func maskLine(line string) string {
	return redact.Text(member.Get().ReplaceAllStringFunc(line, func(pair string) string {
		found := member.Get().FindStringSubmatch(pair)
		value := strings.Trim(found[3], `"`)
		if value == "" || !redact.LikelySecret(found[1]) || value == "true" || value == "false" || apikey.CheckPlaceholder(value) != nil ||
			strings.HasSuffix(found[1], "_env_var") {
			return pair
		}
		return found[1] + found[2] + strings.Replace(found[3], value, redact.Mask, 1)
	}))
}
