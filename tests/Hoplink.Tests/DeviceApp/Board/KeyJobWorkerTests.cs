using Hoplink.Crypto;
using Hoplink.Device.Board;
using Hoplink.Host;
using Hoplink.Keys;

namespace Hoplink.Tests.Device.Board;

public sealed class KeyJobWorkerTests
{
    [Fact]
    public void Jobs_run_in_order_on_the_worker_s_thread_and_are_taken_once_each()
    {
        var random = new ThreadRecorder();
        var worker = new KeyJobWorker(new ManagedCrypto(random));
        KeyJob[] jobs = [KeyJob.Generate(), KeyJob.Generate(), KeyJob.Generate()];
        foreach (KeyJob job in jobs)
        {
            worker.Start(job);
        }

        Thread thread = Start(worker);

        Assert.Equal(jobs, jobs.Select(_ => Take(worker)));
        Assert.Null(worker.TakeFinished());
        Assert.All(jobs, job => Assert.Equal(KeyJobOutcome.Done, job.Outcome));
        Assert.Equal([thread.ManagedThreadId], random.Threads.Distinct());
    }

    [Fact]
    public void The_worker_waits_for_jobs_that_come_later()
    {
        var worker = new KeyJobWorker(new ManagedCrypto(new SystemRandomSource()));
        Start(worker);
        for (int i = 0; i < 5; i++)
        {
            KeyJob job = KeyJob.Generate();
            worker.Start(job);
            Assert.Same(job, Take(worker));
        }
    }

    [Fact]
    public void A_job_that_fails_is_told_to_the_thread_that_waits_for_it()
    {
        var worker = new KeyJobWorker(new ManagedCrypto(new BrokenRandom()));
        worker.Start(KeyJob.Generate());

        // On this thread: it returns after a failure.
        worker.Run();

        Assert.IsType<NotSupportedException>(Assert.Throws<InvalidOperationException>(worker.TakeFinished).InnerException);
    }

    [Fact]
    public void More_jobs_than_a_link_may_have_are_wrong_use()
    {
        var worker = new KeyJobWorker(new ManagedCrypto(new SystemRandomSource()));
        for (int i = 0; i < 4; i++)
        {
            worker.Start(KeyJob.Generate());
        }

        Assert.Throws<InvalidOperationException>(() => worker.Start(KeyJob.Generate()));
    }

    private static Thread Start(KeyJobWorker worker)
    {
        var thread = new Thread(worker.Run) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static KeyJob Take(KeyJobWorker worker)
    {
        KeyJob? job = null;
        Assert.True(SpinWait.SpinUntil(() => (job = worker.TakeFinished()) != null, TimeSpan.FromMinutes(1)), "the job never finished");
        return job!;
    }

    private sealed class ThreadRecorder : RandomSource
    {
        private readonly SystemRandomSource _random = new();

        public List<int> Threads { get; } = [];

        public override void Fill(byte[] buffer, int offset, int count)
        {
            Threads.Add(Environment.CurrentManagedThreadId);
            _random.Fill(buffer, offset, count);
        }
    }

    private sealed class BrokenRandom : RandomSource
    {
        public override void Fill(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
