package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/install"
)

// configured is an entry of a client, and where it is.
type configured struct {
	client install.Client
	entry  install.Configured
	// file has the entry; project is the folder of a project, "" for a file of the person.
	file, project string
}

// subject names the entry in a finding.
func (c configured) subject() string {
	where := ""
	if c.entry.For != "" {
		where = " for " + c.entry.For
	}
	return fmt.Sprintf("%s, %s%s in %s", c.client.Name, c.entry.Name, where, c.file)
}

// folder is where the client starts the command of the entry. What is relative is below the home folder, or that of the project:
// this process may have been started in the folder of a stranger.
func (c configured) folder(entry install.Configured, home string) string {
	folder := cmp.Or(c.project, home)
	for _, each := range []string{c.entry.For, entry.Folder} {
		switch {
		case filepath.IsAbs(each):
			folder = each
		case each != "":
			folder = filepath.Join(folder, each)
		}
	}
	return folder
}

// maxTried is the number of entries that are tried: each starts a program, and all start at once.
const maxTried = 40

// lookAtClients tries the entries of all clients that start orq-mcp or connect to it.
func (d *doctor) lookAtClients(ctx context.Context) {
	found, damaged := d.configured()
	for _, each := range damaged {
		d.add(each)
	}
	if len(found) == 0 {
		d.add(Finding{
			ID: checkClient, State: Note, Found: fmt.Sprintf("none of the %d clients that install knows has an entry for orq-mcp", len(install.Clients())),
			Do: "orq-mcp install CLIENT adds one",
		})
		return
	}
	if left := len(found) - maxTried; left > 0 {
		d.add(Finding{ID: checkClient, State: Note, Found: fmt.Sprintf("%s more were not tried", count(left, "entry", "entries"))})
		found = found[:maxTried]
	}
	findings := make([]Finding, len(found))
	var tried sync.WaitGroup
	tried.Go(func() { d.lookAtDataOf(found) })
	for i, each := range found {
		tried.Go(func() { findings[i] = d.clientFinding(ctx, each) })
	}
	tried.Wait()
	for _, each := range findings {
		d.add(each)
	}
}

// configured returns the entries of all clients, in the order of their names, and a finding for each file that cannot be read.
func (d *doctor) configured() (found []configured, damaged []Finding) {
	for _, client := range install.Clients() {
		path, err := d.Machine.UserFile(client)
		if err == nil {
			found, damaged = read(configured{client: client, file: path}, found, damaged)
		}
		if d.Project == "" {
			continue
		}
		for _, path := range d.Machine.ProjectFiles(client, d.Project) {
			found, damaged = read(configured{client: client, file: path, project: d.Project}, found, damaged)
		}
	}
	return found, damaged
}

// read appends the entries of a file, or a finding about it.
func read(of configured, found []configured, damaged []Finding) ([]configured, []Finding) {
	content, err := install.ReadContent(of.file)
	remedy := "correct the file, or ask " + of.client.Title + " whether it connects"
	var entries []install.Configured
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return found, damaged
	case err == nil:
		entries, err = of.client.Configured(content)
		remedy = of.client.Title + " cannot read it either, unless it forgives more: correct the file"
	}
	if err != nil {
		return found, append(damaged, Finding{
			ID: checkClient, Subject: of.client.Name, State: Warning, Found: fmt.Sprintf("%s: %v", of.file, err), Do: remedy,
		})
	}
	for _, entry := range entries {
		of.entry = entry
		found = append(found, of)
	}
	return found, damaged
}

// clientFinding tries one entry.
func (d *doctor) clientFinding(ctx context.Context, c configured) Finding {
	if c.entry.Off {
		return Finding{ID: checkClient, Subject: c.subject(), State: Note, Found: "it is switched off", Do: "switch it on in " + c.client.Title}
	}
	entry, missing := c.client.Resolve(c.entry, d.Machine, c.project)
	if entry.URL != "" {
		return d.addressFinding(ctx, c, entry, missing)
	}
	return d.commandFinding(ctx, c, entry, missing)
}

// addressFinding tries the address of an entry.
func (d *doctor) addressFinding(ctx context.Context, c configured, entry install.Configured, missing []string) Finding {
	f := Finding{ID: checkClient, Subject: c.subject(), State: OK}
	found, err := d.greetURL(ctx, entry.URL, entry.Headers)
	switch {
	case err != nil && len(missing) > 0:
		f.State = Warning
		f.Found = fmt.Sprintf("%s could not be tried without %s: %v", shown(entry.URL), strings.Join(missing, ", "), err)
		f.Do = d.addressRemedy(c, entry, missing, err)
	case err != nil:
		f.State, f.Found = Failed, fmt.Sprintf("%s: %v", shown(entry.URL), err)
		f.Do = d.addressRemedy(c, entry, missing, err)
	case found.name != "orq-mcp":
		f.State, f.Found = Note, fmt.Sprintf("another server answers at %s: %v", shown(entry.URL), found)
	default:
		f.Found = fmt.Sprintf("%s answers: %v", shown(entry.URL), found)
	}
	f.Found = maskValues(entry, f.Found)
	return f
}

// addressRemedy says what to do about an address that was tried in vain. One with a reference that could not be filled in was
// never reached.
func (d *doctor) addressRemedy(c configured, entry install.Configured, missing []string, err error) string {
	again := "orq-mcp install " + c.client.Name + " --name " + c.entry.Name + " --http URL"
	switch {
	case errors.Is(err, errUnauthorized):
		isSet := d.Machine.Getenv(install.KeyVariable) != ""
		key := strings.TrimSuffix(c.client.KeyNote(install.Server{URL: entry.URL, NeedsKey: true}, isSet), ".")
		return key + "; for a server with --sandbox, which needs none: " + again + " --sandbox"
	case len(missing) > 0 && strings.ContainsAny(entry.URL, "{}"):
		return missingRemedy(c, entry, missing)
	}
	return "start the server with orq-mcp http, or correct the address: " + again
}

// commandFinding starts the command of an entry. What would open its data file is left out.
func (d *doctor) commandFinding(ctx context.Context, c configured, entry install.Configured, missing []string) Finding {
	f := Finding{ID: checkClient, Subject: c.subject(), State: Failed}
	fix := "orq-mcp install " + c.client.Name + " --name " + c.entry.Name + " writes the entry again"
	if !startsProgram(entry.Command) {
		f.State, f.Found = Note, entry.Command+" starts it, which is not tried here: it might download something"
		f.Do = "ask " + c.client.Title + " whether it connects"
		return f
	}
	if word := otherCommand(entry.Args); word != "" {
		f.Found, f.Do = "its arguments have the command "+word+", which speaks no MCP on stdin and stdout", fix
		return f
	}
	folder := c.folder(entry, d.Machine.Home)
	path, err := lookUp(entry.Command, folder)
	if err != nil {
		f.Found, f.Do = err.Error(), fix
		return f
	}
	env := d.environmentOf(c.client, entry)
	found, err := d.greetProgram(ctx, program{path, folder, withoutData(entry.Args), env})
	switch {
	case ctx.Err() != nil && err != nil && errors.Is(ctx.Err(), context.Canceled):
		f.State, f.Found = Skipped, "interrupted"
	case err != nil:
		f.Found, f.Do = fmt.Sprintf("%s: %s", path, maskValues(entry, err.Error())), fix
	default:
		f.State, f.Found = OK, "it starts: "+maskValues(entry, found.String())
		d.judge(&f, c, entry, missing, env)
	}
	return f
}

// judge looks at what may be wrong with an entry that starts.
func (d *doctor) judge(f *Finding, c configured, entry install.Configured, missing, env []string) {
	switch {
	case len(missing) > 0:
		f.State = Note
		f.Found += "; without " + strings.Join(missing, ", ") + ", which cannot be filled in here"
		f.Do = missingRemedy(c, entry, missing)
	case needsKey(entry, env) && !has(env, install.KeyVariable):
		f.State = Warning
		f.Found += "; no ORQ_API_KEY reaches it, so that calls of its tools fail"
		f.Do = keyRemedy(c, entry)
	case !strings.ContainsAny(entry.Command, `/\`) && !c.client.Terminal():
		f.State = Note
		f.Found += "; found on the PATH of this shell, which " + c.client.Title + " may not have"
		f.Do = "write the full path of the program into the entry"
	}
}

// missingRemedy says where the client takes from what cannot be filled in here.
func missingRemedy(c configured, entry install.Configured, missing []string) string {
	if install.NamesKey(missing) {
		return keyRemedy(c, entry)
	}
	return "set it where you start " + c.client.Title + ", unless that asks for it"
}

// keyRemedy says where the client takes the key from.
func keyRemedy(c configured, entry install.Configured) string {
	return c.client.KeyNote(install.Server{URL: entry.URL, NeedsKey: true}, false)
}

// lookAtDataOf looks at the data files of entries, each once, and at who else would open them.
func (d *doctor) lookAtDataOf(found []configured) {
	var looked sync.WaitGroup
	for path, users := range d.usersOfData(found) {
		if path != d.Data {
			looked.Go(func() { d.lookAtData(path, "of "+users[0]) })
		}
		if len(users) > 1 {
			d.add(Finding{
				ID: checkData, Subject: "of " + strings.Join(users, " and of "), State: Warning,
				Found: path + " is that of each: one that starts while another runs ends at once",
				Do: "give each a file of its own, or start orq-mcp http --sandbox --data " + path +
					" and connect them to it: orq-mcp install CLIENT --http http://127.0.0.1:8585/mcp --sandbox",
			})
		}
	}
	looked.Wait()
}

// usersOfData returns the names of the entries that have each data file.
func (d *doctor) usersOfData(found []configured) map[string][]string {
	users := map[string][]string{}
	for _, each := range found {
		entry, _ := each.client.Resolve(each.entry, d.Machine, each.project)
		if path := d.dataOf(entry, each.folder(entry, d.Machine.Home)); !each.entry.Off && path != "" {
			users[path] = append(users[path], each.client.Name+", "+each.entry.Name)
		}
	}
	return users
}
