package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// connectFor is how long a connection to PostgreSQL may take to be made.
const connectFor = 3 * time.Second

// pooled is how many connections a pool has at most. There are two.
const pooled = 8

type postgres struct {
	config *pgx.ConnConfig // of a connection of one's own, beside the pools
}

// connectPostgres returns the store in a database, which is connected to when it is
// first asked for something. Claims have connections of their own, so that nothing slow
// is in their way.
func connectPostgres(address string) (*Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil { // the error may hold the password
		return nil, errors.New("open the store: DATABASE_URL cannot be read; its form is postgres://user:password@host:5432/database")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectFor
	}
	config.RuntimeParams["application_name"] = "kapbot"
	s := newStore(postgres{config})
	for _, c := range []struct {
		to     *queries
		commit string
	}{{&s.writes, "on"}, {&s.answers, "off"}} {
		config := config.Copy()
		config.RuntimeParams["synchronous_commit"] = c.commit
		pool := stdlib.OpenDB(*config)
		pool.SetMaxOpenConns(pooled)
		pool.SetMaxIdleConns(pooled / 2)
		pool.SetConnMaxIdleTime(time.Minute)
		s.pools = append(s.pools, pool)
		*c.to = queries{pool, s.dialect, &s.there}
	}
	s.reads = s.writes
	return s, nil
}

// rebind numbers the arguments. No query of the store has a question mark elsewhere.
func (postgres) rebind(query string) string {
	var out strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		out.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}

// sqliteWords are the words of migrations that PostgreSQL has others for.
var sqliteWords = regexp.MustCompile(`\b(INTEGER|BLOB|REAL)\b|\) (WITHOUT ROWID, )?STRICT;`)

func (postgres) tables(migration string) string {
	return sqliteWords.ReplaceAllStringFunc(migration, func(word string) string {
		switch word {
		case "INTEGER":
			return "BIGINT"
		case "BLOB":
			return "BYTEA"
		case "REAL":
			return "DOUBLE PRECISION"
		}
		return ");"
	})
}

func (postgres) now() string {
	return "CAST(extract(epoch FROM clock_timestamp()) * 1000000000 AS BIGINT)"
}

func (postgres) name() string { return "postgres" }

// clashed knows the errors of a transaction that could not be put before or after
// another one.
func (postgres) clashed(err error) bool {
	var fault *pgconn.PgError
	return errors.As(err, &fault) && (fault.Code == "40001" || fault.Code == "40P01")
}

// migrations are run by one program at a time.
func (postgres) migrations() (goose.Dialect, []goose.ProviderOption, error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return "", nil, fmt.Errorf("lock the migrations: %w", err)
	}
	return goose.DialectPostgres, []goose.ProviderOption{goose.WithSessionLocker(locker)}, nil
}

// examine only reaches out: PostgreSQL looks after its own files.
func (postgres) examine(ctx context.Context, q queries) error {
	if err := q.row(ctx, "SELECT 1").Scan(new(int)); err != nil {
		return fmt.Errorf("PostgreSQL does not answer: check that it runs and that DATABASE_URL is right: %w", err)
	}
	return nil
}
