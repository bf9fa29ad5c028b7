/** The API's rule for administrators' passwords, told before they are sent. */
export const MIN_PASSWORD = 12;
