"""The database: Storm on SQLite or MariaDB, behind two doors.

    sessions.read(unit)    a snapshot; on a replica where there is one
    sessions.write(unit)   one transaction, durable when it returns
        model.*                the core tables as Storm classes
        contents.put           bytes under their digest
        projection.write       the generated rows of a document, for a head
        search.write           its text, for a head

`backends` can be used by any Storm program: importing it registers the schemes. `migrate.upgrade` makes or upgrades the tables,
`migrate.check` refuses a database that is not up to date. A unit is a function of a Storm store. It may be run again (deadlock, lost
connection, another writer first), so it touches nothing outside the store, and returns plain values.
"""
