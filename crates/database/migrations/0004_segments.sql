-- Records once more, some hundred sealed together: what folds ten years in a moment. A copy like a snapshot; the
-- chain does not cover it, and erasing one of the records drops it (K9, K10). The bounds are positions, never months:
-- those would say when how much was written (K8).
CREATE TABLE segments (
    owner BLOB NOT NULL,
    stream BLOB NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (owner, stream, first_seq)
);
