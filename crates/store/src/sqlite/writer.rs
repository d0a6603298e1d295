//! The one writer of the embedded database.
//!
//! Writes take turns, each in a savepoint of one outer transaction. Whoever finishes while others wait leaves the commit to
//! the last of them, so that a rush of bookings shares its disk flushes; nobody is answered before that commit is on disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Executor as _};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use crate::error::{Result, StoreError};

/// At most so many turns share a commit, which bounds how long the first of them waits.
const MAX_BATCH: usize = 64;
const UNDO: &str = "ROLLBACK TO turn; RELEASE turn";

/// Hands out turns on the one connection that writes.
#[derive(Clone)]
pub struct Writer {
    state: Arc<Mutex<State>>,
    waiting: Arc<AtomicUsize>,
}

struct State {
    connection: SqliteConnection,
    /// An outer transaction is open.
    open: bool,
    /// Finished turns whose writers wait for the commit.
    finished: Vec<oneshot::Sender<bool>>,
}

impl Writer {
    /// A writer over a connection of its own.
    pub fn new(connection: SqliteConnection) -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                connection,
                open: false,
                finished: Vec::new(),
            })),
            waiting: Arc::new(AtomicUsize::new(0)),
        }
    }

    /// Waits for its turn and opens a savepoint.
    ///
    /// # Errors
    /// When the database cannot start a transaction, for instance because another process writes for longer than the timeout.
    pub async fn turn(&self) -> Result<Turn> {
        let mut place = Place {
            writer: self,
            left: false,
        };
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let state = Arc::clone(&self.state).lock_owned().await;
        place.leave();
        let mut turn = Turn {
            writer: self.clone(),
            state: Some(state),
        };
        let state = turn.state()?;
        if !state.open {
            // Noted first: a caller that goes away while BEGIN runs leaves the transaction open all the same.
            state.open = true;
            if let Err(error) = state.connection.execute("BEGIN IMMEDIATE").await {
                state.open = false;
                return Err(error.into());
            }
        }
        state.connection.execute("SAVEPOINT turn").await?;
        Ok(turn)
    }

    /// Commits what finished turns left open, unless somebody is waiting who will.
    async fn settle(&self, state: &mut State) -> Result<()> {
        if !state.open || (self.waiting.load(Ordering::SeqCst) > 0 && state.finished.len() < MAX_BATCH) {
            return Ok(());
        }
        let committed = state.connection.execute("COMMIT").await;
        if committed.is_err() {
            // A failed COMMIT may leave the transaction open; nobody was told that it succeeded.
            let _rolled_back = state.connection.execute("ROLLBACK").await;
        }
        state.open = false;
        for writer in state.finished.drain(..) {
            // A writer that went away does not need its answer.
            let _gone = writer.send(committed.is_ok());
        }
        committed.map(drop).map_err(StoreError::from)
    }

    /// Settles in the background: for turns that are dropped, where nothing can be awaited.
    fn settle_later(&self) {
        let writer = self.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let mut state = Arc::clone(&writer.state).lock_owned().await;
                if let Err(error) = writer.settle(&mut state).await {
                    tracing::error!(%error, "the commit of finished writes failed");
                }
            });
        }
    }

    /// Closes the connection, after the turn at hand.
    ///
    /// # Errors
    /// When the database cannot be closed in order.
    pub async fn close(&self) -> Result<()> {
        let mut state = self.state.lock().await;
        self.settle(&mut state).await?;
        let spare = SqliteConnection::connect("sqlite::memory:").await?;
        Ok(std::mem::replace(&mut state.connection, spare).close().await?)
    }
}

/// A place among those who wait; given up on the way, somebody else must commit.
struct Place<'w> {
    writer: &'w Writer,
    left: bool,
}

impl Place<'_> {
    fn leave(&mut self) {
        self.left = true;
        self.writer.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.left {
            self.leave();
            self.writer.settle_later();
        }
    }
}

/// The exclusive right to write until [`Turn::commit`]; dropped, what it wrote is undone.
pub struct Turn {
    writer: Writer,
    state: Option<OwnedMutexGuard<State>>,
}

impl Turn {
    fn state(&mut self) -> Result<&mut State> {
        let gone = || StoreError::Database(sqlx::Error::PoolClosed);
        self.state.as_deref_mut().ok_or_else(gone)
    }

    /// The connection to write through.
    #[expect(
        clippy::expect_used,
        reason = "the state is only taken by commit and drop, which consume the turn"
    )]
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self
            .state
            .as_deref_mut()
            .expect("a turn in use has its state")
            .connection
    }

    /// Ends the turn and waits until it is on disk.
    ///
    /// # Errors
    /// When the commit fails; then nothing was written.
    pub async fn commit(self) -> Result<()> {
        self.end("RELEASE turn").await
    }

    /// Undoes what the turn wrote, and waits until what it saw of the turns before it is on disk.
    ///
    /// # Errors
    /// When the commit of those before fails: then what the turn saw is not so.
    pub async fn undo(self) -> Result<()> {
        self.end(UNDO).await
    }

    async fn end(mut self, how: &'static str) -> Result<()> {
        let state = self.state()?;
        state.connection.execute(how).await?;
        let (sender, receiver) = oneshot::channel();
        state.finished.push(sender);
        let writer = self.writer.clone();
        if let Some(mut state) = self.state.take() {
            // In a task of its own: a caller that goes away must not stop the commit of others.
            tokio::spawn(async move {
                if let Err(error) = writer.settle(&mut state).await {
                    tracing::error!(%error, "the commit of finished writes failed");
                }
            });
        }
        match receiver.await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(StoreError::Database(sqlx::Error::WorkerCrashed)),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut state) = self.state.take() else {
            return;
        };
        let writer = self.writer.clone();
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        runtime.spawn(async move {
            if state.open {
                let undone = state.connection.execute(UNDO).await;
                if let Err(error) = undone {
                    tracing::error!(%error, "a write could not be undone");
                }
            }
            if let Err(error) = writer.settle(&mut state).await {
                tracing::error!(%error, "the commit of finished writes failed");
            }
        });
    }
}
