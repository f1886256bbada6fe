package main

import (
	"bytes"
	"database/sql"
	"strings"
	"testing"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/store/storetest"
)

// A doctor that counts as a replica would be waited for until its lease is over.
func TestTheDoctorIsNoReplica(t *testing.T) {
	t.Parallel()
	where, err := storetest.NewCluster(t).Create(t.Context(), "doctor")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s := streams{in: strings.NewReader(""), out: &out, err: &out, env: []string{"DATABASE_URL=" + where}, dir: t.TempDir(), parts: unpacked().parts}
	if err := (doctorCmd{}).Run(t.Context(), s); err != nil || !strings.Contains(out.String(), "ok    store: PostgreSQL can be written") {
		t.Errorf("the doctor says %v:\n%s", err, out.String())
	}
	db, err := sql.Open("pgx", where)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	leases := -1
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM lease").Scan(&leases); err != nil || leases != 0 {
		t.Errorf("it leaves %d leases, %v", leases, err)
	}
}

// named is a network that has a name and nothing else.
type named struct {
	bots.Platform
	name chat.Network
}

func (n named) Name() chat.Network { return n.name }

func TestTheDoctorLooksAtRoles(t *testing.T) {
	for _, test := range []struct{ roles, want string }{
		{"discord:1=moderator,slack:2=lead", ""},
		{"discord:1=moderator", "nobody is a moderator on slack"},
		{"discord:1=moderator,slak:2=lead,slack:2=lead", `"slak", which is not set up`},
	} {
		_, err := checkRoles(strings.Split(test.roles, ","), []network{{Platform: named{name: "discord"}}, {Platform: named{name: "slack"}}})
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.roles, err)
		}
	}
}
