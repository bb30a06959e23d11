using System;
using System.Threading;
using Hoplink.Crypto;
using Hoplink.Keys;

namespace Hoplink.Device.Board;

/// <summary>
/// Runs key jobs one after another on a thread of its own, with a provider of its own, while the link's thread goes on with traffic and
/// heartbeats. An exception on a board ends its thread alone: here it is kept, and thrown where the link's thread looks for finished jobs.
/// </summary>
public sealed class KeyJobWorker
{
    // A link has one agreement and one generation under way at most (4.1, 9.4).
    private const int Capacity = 4;

    private readonly object _lock = new object();
    private readonly AutoResetEvent _work = new AutoResetEvent(false);
    private readonly CryptoProvider _crypto;
    private readonly JobRing _waiting = new JobRing(Capacity);
    private readonly JobRing _finished = new JobRing(Capacity);
    private Exception _failure;

    /// <summary>Uses a provider that no other thread uses.</summary>
    public KeyJobWorker(CryptoProvider crypto)
    {
        _crypto = crypto;
    }

    /// <summary>Queues a job.</summary>
    /// <exception cref="InvalidOperationException">More jobs wait than a link may have.</exception>
    public void Start(KeyJob job)
    {
        lock (_lock)
        {
            _waiting.Add(job);
        }

        _work.Set();
    }

    /// <summary>A job that has run, each once; null if there is none.</summary>
    /// <exception cref="InvalidOperationException">A job failed with an exception, which is the inner one.</exception>
    public KeyJob TakeFinished()
    {
        lock (_lock)
        {
            if (_failure != null)
            {
                throw new InvalidOperationException("a key job failed", _failure);
            }

            return _finished.Take();
        }
    }

    /// <summary>The body of the thread: returns after a job that failed.</summary>
    public void Run()
    {
        while (true)
        {
            KeyJob job;
            lock (_lock)
            {
                job = _waiting.Take();
            }

            if (job == null)
            {
                _work.WaitOne();
                continue;
            }

            try
            {
                KeyJobRunner.Run(job, _crypto);
            }
            catch (Exception e)
            {
                lock (_lock)
                {
                    _failure = e;
                }

                return;
            }

            lock (_lock)
            {
                _finished.Add(job);
            }
        }
    }

    /// <summary>First in, first out.</summary>
    private sealed class JobRing
    {
        private readonly KeyJob[] _jobs;
        private int _oldest;
        private int _count;

        public JobRing(int capacity)
        {
            _jobs = new KeyJob[capacity];
        }

        public void Add(KeyJob job)
        {
            if (_count == _jobs.Length)
            {
                throw new InvalidOperationException("too many key jobs");
            }

            _jobs[(_oldest + _count) % _jobs.Length] = job;
            _count++;
        }

        public KeyJob Take()
        {
            if (_count == 0)
            {
                return null;
            }

            KeyJob job = _jobs[_oldest];
            _jobs[_oldest] = null;
            _oldest = (_oldest + 1) % _jobs.Length;
            _count--;
            return job;
        }
    }
}
