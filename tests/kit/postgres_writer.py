"""Commits one row after the other and prints each number once PostgreSQL has acknowledged it."""

import sys

import psycopg

with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    number = 0
    while True:
        number += 1
        connection.execute("INSERT INTO written (id) VALUES (%s)", (number,))
        print(number, flush=True)
