package doctor

import (
	"context"
	"fmt"
	"net"
)

// lookAtPort looks at whether the HTTP server could listen at its address, and who listens there else.
func (d *doctor) lookAtPort(ctx context.Context) {
	d.add(d.portFinding(ctx))
}

func (d *doctor) portFinding(ctx context.Context) Finding {
	f := Finding{ID: checkPort, State: OK, Found: d.Addr + " is free for orq-mcp http"}
	reachable := reachable(d.Addr)
	conn, err := d.dial(ctx, "tcp", reachable)
	if err != nil {
		if err := d.Listen(d.Addr); err != nil {
			f.State, f.Found, f.Do = Warning, err.Error(), "choose another address with --addr"
		}
		return f
	}
	_ = conn.Close()
	f.Do = "for a second server, choose another address with --addr"
	version, err := d.healthOf(ctx, "http://"+reachable)
	if err != nil {
		f.State, f.Found = Warning, d.Addr+" is taken by another program, which is not orq-mcp http"
		f.Do = "end that program, or choose another address with --addr"
		return f
	}
	f.State, f.Found = Note, fmt.Sprintf("orq-mcp %s listens at %s already", version, d.Addr)
	return f
}

// reachable returns the address at which a server that listens on addr is reached from this machine.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}
