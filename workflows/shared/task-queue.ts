/** Where every workflow and activity of the product runs. */
export const TASK_QUEUE = 'cpm-deliveries';
