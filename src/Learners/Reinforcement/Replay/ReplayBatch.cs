namespace StreamLearn.Learners.Reinforcement.Replay;

/// <summary>Windows of steps that are learned from together: each an observation, the action that followed, the discounted rewards of up to n steps, and the observation after them.</summary>
public sealed class ReplayBatch
{
    /// <param name="shape">Of steps.</param>
    /// <param name="rows">Windows.</param>
    public ReplayBatch(StepShape shape, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        Shape = shape;
        Rows = rows;
        Starts = new long[rows];
        Actions = new float[checked(rows * shape.Actions)];
        Returns = new float[rows];
        Discounts = new float[rows];
        Weights = new float[rows];
        Surprises = new float[rows];
        var seen = checked(rows * shape.Seen);
        (Observations, NextObservations) = shape.Pixels ? ([], []) : (new float[seen], new float[seen]);
        (Pictures, NextPictures) = shape.Pixels ? (new byte[seen], new byte[seen]) : ([], []);
    }

    /// <summary>Of steps.</summary>
    public StepShape Shape { get; }

    /// <summary>Windows.</summary>
    public int Rows { get; }

    /// <summary>[rows]: the numbers of the steps that windows begin with.</summary>
    public long[] Starts { get; }

    /// <summary>[rows, observation]; empty for pictures.</summary>
    public float[] Observations { get; }

    /// <summary>[rows, observation] at the end of the window; empty for pictures.</summary>
    public float[] NextObservations { get; }

    /// <summary>[rows, stack, picture], the newest picture last; empty for numbers.</summary>
    public byte[] Pictures { get; }

    /// <summary>[rows, stack, picture] at the end of the window; empty for numbers.</summary>
    public byte[] NextPictures { get; }

    /// <summary>[rows, actions]: what was done after the first observation.</summary>
    public float[] Actions { get; }

    /// <summary>[rows]: Σ γ^i r_i.</summary>
    public float[] Returns { get; }

    /// <summary>[rows]: what the value of the last observation counts, γ^k after k steps; 0: the environment has ended.</summary>
    public float[] Discounts { get; }

    /// <summary>[rows]: weights of the losses, at most 1; all 1 where windows are drawn alike.</summary>
    public float[] Weights { get; }

    /// <summary>[rows], written by the agent: absolute errors of its estimates, what priorities are made of.</summary>
    public float[] Surprises { get; }
}
