using System.Collections.Concurrent;
using Hoplink.Crypto;
using Hoplink.Keys;

namespace Hoplink.Host;

/// <summary>
/// Runs key jobs on threads of its own, each with a crypto provider of its own, so that no datagram waits for a key agreement.
/// </summary>
public sealed class JobRunner : IDisposable
{
    private readonly BlockingCollection<KeyJob> _jobs = [];
    private readonly Func<CryptoProvider> _createCrypto;
    private readonly Action<KeyJob> _completed;

    /// <summary>Starts the threads.</summary>
    /// <param name="createCrypto">Makes the provider of one thread.</param>
    /// <param name="threads">1 or more.</param>
    /// <param name="completed">
    /// Takes a job that has run, on the thread that ran it: takes the host's lock and calls CompleteJob.
    /// </param>
    public JobRunner(Func<CryptoProvider> createCrypto, int threads, Action<KeyJob> completed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _createCrypto = createCrypto;
        _completed = completed;
        for (int i = 0; i < threads; i++)
        {
            new Thread(Work) { IsBackground = true, Name = "hoplink key job " + i }.Start();
        }
    }

    /// <summary>Queues a job. The library bounds how many there can be (4.1, 9.4). After <see cref="Dispose"/>: forgotten.</summary>
    public void Start(KeyJob job)
    {
        if (!_jobs.IsAddingCompleted)
        {
            _jobs.Add(job);
        }
    }

    /// <summary>Ends the threads once what they run is done; does not wait for them.</summary>
    public void Dispose()
    {
        _jobs.CompleteAdding();
    }

    private void Work()
    {
        CryptoProvider crypto = _createCrypto();
        foreach (KeyJob job in _jobs.GetConsumingEnumerable())
        {
            job.Run(crypto);
            _completed(job);
        }
    }
}
