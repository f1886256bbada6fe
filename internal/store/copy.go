package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
)

// A Table is what was copied of one table.
type Table struct {
	Name string
	Rows int
}

// sum is a number that two tables share only if they hold the same rows, in whatever
// order.
type sum [sha256.Size]byte

// ErrNotEmpty says that something would be mixed with what is there already.
var ErrNotEmpty = errors.New("there is something in it already: take an empty database")

// Copy copies all that a store holds into another one, which has to be empty, and
// reads it again to see that nothing was lost or changed. What is written to the first
// one meanwhile is not in the copy. One of them is in SQLite.
func Copy(ctx context.Context, from, to *Store) (tables []Table, err error) {
	names, err := sharedTables(ctx, from, to)
	if err != nil {
		return nil, err
	}
	err = from.frozen(ctx, func(source queries) error {
		err := to.atomically(ctx, func(q queries) (err error) {
			tables, err = copyTables(ctx, names, source, q)
			return err
		})
		if err != nil {
			return err
		}
		return compare(ctx, tables, source, to.reads)
	})
	return tables, err
}

func copyTables(ctx context.Context, names []string, from, to queries) (tables []Table, err error) {
	for _, name := range names {
		rows, err := copyTable(ctx, name, from, to)
		if err != nil {
			return nil, fmt.Errorf("copy the table %s: %w", name, err)
		}
		tables = append(tables, Table{name, rows})
	}
	return tables, nil
}

// sharedTables lists the tables in the order in which they were made, so that each
// comes after those that it refers to.
func sharedTables(ctx context.Context, from, to *Store) ([]string, error) {
	in := from
	if _, ok := from.dialect.(sqlite); !ok {
		in = to
	}
	names, err := list(ctx, in.reads, one[string], `SELECT name FROM sqlite_schema
		WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'goose_db_version' ORDER BY rowid`)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	return names, nil
}

// copyTable copies the rows of a table. Its name comes from our own migrations.
func copyTable(ctx context.Context, name string, from, to queries) (rows int, err error) {
	var there int
	if err := to.row(ctx, "SELECT count(*) FROM "+name).Scan(&there); err != nil {
		return 0, err // the caller names the table
	}
	if there > 0 {
		return 0, ErrNotEmpty
	}
	return eachRow(ctx, name, from, func(columns []string, values []any) error {
		_, err := to.exec(ctx, "INSERT INTO "+name+" ("+strings.Join(columns, ", ")+") VALUES ("+marks(len(columns))+")", values...)
		return err
	})
}

// eachRow hands over the rows of a table.
func eachRow(ctx context.Context, name string, q queries, do func(columns []string, values []any) error) (n int, err error) {
	if err := q.away(); err != nil {
		return 0, err
	}
	rows, err := q.on.QueryContext(ctx, "SELECT * FROM "+name)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err //nolint:wrapcheck // as above
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return n, err //nolint:wrapcheck // as above
		}
		if err := do(columns, values); err != nil {
			return n, err
		}
	}
	return n, rows.Err() //nolint:wrapcheck // as above
}

// compare reads both stores whole and compares them.
func compare(ctx context.Context, tables []Table, from, to queries) error {
	for _, table := range tables {
		n, want, err := read(ctx, table.Name, from)
		if err != nil {
			return err
		}
		m, got, err := read(ctx, table.Name, to)
		if err != nil {
			return err
		}
		if n != m || want != got {
			return fmt.Errorf("the copy of the table %s differs: do not use it. Begin again with an empty database", table.Name)
		}
	}
	return nil
}

// read counts and sums up the rows of a table.
func read(ctx context.Context, name string, q queries) (n int, total sum, err error) {
	n, err = eachRow(ctx, name, q, func(columns []string, values []any) error {
		one, err := hash(columns, values)
		for i := range total {
			total[i] ^= one[i]
		}
		return err
	})
	if err != nil {
		return 0, sum{}, fmt.Errorf("read the table %s: %w", name, err)
	}
	return n, total, nil
}

// hash sums up one row, column by column: name, kind, length, value.
func hash(columns []string, values []any) (sum, error) {
	h := sha256.New()
	part := func(kind byte, value []byte) {
		h.Write(binary.BigEndian.AppendUint64([]byte{kind}, uint64(len(value))))
		h.Write(value)
	}
	for i, value := range values {
		part('c', []byte(columns[i]))
		switch v := value.(type) {
		case nil:
			part('0', nil)
		case int64:
			part('i', binary.BigEndian.AppendUint64(nil, uint64(v)))
		case float64:
			part('f', binary.BigEndian.AppendUint64(nil, math.Float64bits(v)))
		case string:
			part('s', []byte(v))
		case []byte:
			part('b', v)
		default:
			return sum{}, fmt.Errorf("the column %s holds a %T, which is not kept in a store", columns[i], value)
		}
	}
	return sum(h.Sum(nil)), nil
}

// integrity reads a whole file of SQLite.
func integrity(ctx context.Context, q queries) error {
	var found string
	if err := q.row(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if found != "ok" {
		return ErrDamaged
	}
	return nil
}
