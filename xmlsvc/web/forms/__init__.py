"""Forms made from a schema, for any vocabulary: what a document's fields are, which controls they get, what may be added where, and how
what was posted becomes a change of the tree.

    bytes → Places(shape, tree)                 each element with its ordinal, declaration and type
            describe.branch(places, ordinal)    the open branch as data: fields, groups, what may be added      (controls, allowed)
            render.form(branch)                 as HTML that works without script
    posted fields → apply.fields(places, …)     what was typed, written to the tree; apply.act: add, remove, move
            xml.edits.save(bytes, tree)         the same bytes but for that

An element is named by its ordinal in document order (the root is 0), which holds for one state of the document: `workspace` numbers them.
"""
